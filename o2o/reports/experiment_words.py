"""The words of experiments in Chinese and in English."""

EXPERIMENT_WORDS: dict[str, tuple[str, str]] = {
    "credit_is_not_cause": (
        "归因不是因果：归因说明转化前扫过什么，实验说明没有它会少多少。",
        "Credit is not cause: credit says what was scanned before, an experiment what would be lost without.",
    ),
    "design_ab": ("A/B 测试", "A/B test"),
    "design_switchback": ("门店按天轮换", "store-day switchback"),
    "design_matched": ("门店配对", "matched stores"),
    "design_staggered": ("分批上线", "staggered rollout"),
    "measure_scans": ("扫码", "scans"),
    "measure_orders": ("订单", "orders"),
    "measure_revenue": ("销售额", "revenue"),
    "measure_units": ("件数", "units"),
    "measure_redemptions": ("核销", "redemptions"),
    "measure_registrations": ("注册", "registrations"),
    "experiment_title": ("实验 {name}", "Experiment {name}"),
    "experiment_asked": (
        "{design}，{first} 至 {last}（{n} 天），看{measure}。",
        "{design}, {first} to {last} ({n} days), by {measure}.",
    ),
    "experiment_dealt": (
        "抽签分给 {stores} 家门店：{all} 个店日中 {on} 个有它。",
        "Dealt by lot: {on} of {all} store-days have it (stores: {stores}).",
    ),
    "experiment_alone": ("没有配对的门店不参加：{stores}。", "Stores without a partner don't take part: {stores}."),
    "experiment_beside": (
        "同时在这里进行的实验：{names}。两者的签互不相干，只是更难看出差异；若改的是同一个牌子，请错开时间。",
        "Also running here then: {names}. Their lots don't know of each other, so that differences are only harder to "
        "see; where both change the same sign, let one wait.",
    ),
    "experiment_plan": ("实验 {name}：悬挂计划", "Experiment {name}: when to hang it"),
    "experiment_plan_lead": (
        "写“挂”的日子开门前挂好，写“收”的日子开门前收起；请勿自行调换，做不到时照常营业并告知总部。",
        "Hang it before opening on days marked on, take it down before opening on days marked off; don't swap days; "
        "where you can't, go on as usual and tell head office.",
    ),
    "experiment_days": ("按周", "Week by week"),
    "experiment_weekdays": ("周一 周二 周三 周四 周五 周六 周日", "Mon Tue Wed Thu Fri Sat Sun"),
    "experiment_on": ("挂", "on"),
    "experiment_off": ("收", "off"),
    "per_visitor": ("每位访客", "a visitor"),
    "per_store_day": ("每店每天", "a store and day"),
    "power_unknown": (
        "过去的数据太少，无法预计能看出多大的差异：请先导入更早的订单和扫码。",
        "The shop's past has too little data to say what this can find: import older orders and scans first.",
    ),
    "power_base": ("平时{unit} {base}。", "Usually {base} {unit}."),
    "power_detectable": (
        "五次中有四次能看出的最小差异：{detectable}{relative}。",
        "The smallest difference that is found four times of five: {detectable}{relative}.",
    ),
    "power_chance": (
        "若真有 {smallest} 的差异，看出它的机会是 {chance}。",
        "If the truth is {smallest}, the chance to find it is {chance}.",
    ),
    "power_needed": (
        "数据不够：要看出它约需 {n} 天，而计划只有 {days} 天。",
        "Not enough data: finding that takes some {n} days, and the plan has {days}.",
    ),
    "finding": ("结论：{finding}。", "Finding: {finding}."),
    "finding_higher": ("更高", "higher"),
    "finding_lower": ("更低", "lower"),
    "finding_alike": ("没有值得在意的差异", "alike, no difference that matters"),
    "finding_not_enough": ("数据不足，不分胜负", "not enough data to name a winner"),
    "finding_not_over": ("实验尚未结束", "not over yet"),
    "finding_uneven": ("分组不均，结果不可用", "dealt unevenly, so that no result holds"),
    "interval_whenever": ("95% 区间，随时可看", "95 % interval that holds whenever you look"),
    "interval_fixed": ("95% 区间", "95 % interval"),
    "effect": ("差异：{effect}（{interval}）。", "Difference: {effect} ({interval})."),
    "extra": ("合计多出：{extra}。", "Extra in all: {extra}."),
    "dealt_anew": (
        "若毫无作用，重新抽签得到同样差异的机会：{chance}。",
        "If it did nothing, other lots would give as much with a chance of {chance}.",
    ),
    "seen": ("能看出的最小差异：{detectable}。", "The smallest difference that could have been seen: {detectable}."),
    "saved": ("过去的数据消去了 {saved} 的波动。", "The past took away {saved} of the noise."),
    "side": ("一方", "Side"),
    "each": ("平均", "Each"),
    "visitors_of": ("访客", "Visitors"),
    "store_days_of": ("店日", "Store-days"),
    "experiment_sides": ("双方", "Both sides"),
    # notes of a reading
    "note_closed": ("{n} 个店日没有营业，不计。", "{n} store-days without business are left out."),
    "note_gone": ("没有任何数据的门店：{stores}。", "Stores without any data: {stores}."),
    "note_known_until": ("数据只到 {day}。", "Data is known until {day} only."),
    "note_orders_until": (
        "还不能定论：订单只导入到 {day}，需要导入到 {due}。",
        "Not yet: orders are imported up to {day}, and needed up to {due}; import the rest and read again.",
    ),
    "note_maturing": (
        "扫码后的转化算到 {day}，过后再读。",
        "Conversions after the last scans count until {day}; read it after that.",
    ),
    "note_few_clusters": (
        "只有 {n} 家（对）门店：区间仅供参考，以重新抽签的机会为准。",
        "Only {n} stores or pairs: trust the chance of other lots before the interval.",
    ),
    "note_carry_over": (
        "若昨天的牌子今天仍有作用，差异会偏小；可用 --settle-days 或 --from-hour 重新设计。",
        "If yesterday's sign still works today, the difference is too small; --settle-days and --from-hour of a design "
        "leave such hours out.",
    ),
    "note_settled_days": ("每次更换后 {n} 天不计。", "{n} days after each change are left out."),
    "note_from_hour": ("每天 {hour} 点前不计。", "What happens before {hour}:00 is left out."),
    "note_as_dealt": (
        "每个店日按计划算，不论门店是否照做（意向性分析）。",
        "Each store-day counts as it was dealt, whether or not the store kept to it (intention to treat).",
    ),
    "note_interference": (
        "若顾客因此换店购物，差异会偏大：一家多的是另一家少的。",
        "Where customers go to another store for it the difference is too large: one store's gain is another's loss.",
    ),
    "note_kept_to": (
        "有计划的店日中 {on} 有扫码，无计划的店日中 {off} 有扫码。",
        "It was scanned on {on} of the store-days on which it was to hang, and on {off} of the others.",
    ),
    "note_by_split": (
        "访客由落地页规则按份额随机分配；换手机或换日（散列模式）的同一人可能两边都看到，差异会偏小。",
        "Visitors were dealt by the shares of the rules; who comes with another phone, or (hash mode) on another day, "
        "may see both, which makes the difference smaller.",
    ),
    "note_by_lot": (
        "仅当两种物料由抽签发放（如混排传单）时成立；并排悬挂请改用按天轮换。",
        "This holds where lots decide who meets which (mixed leaflets); for signs that hang side by side take a "
        "switchback.",
    ),
    "note_uneven": (
        "双方数量与计划的份额不符（机会 {chance}）：有一方在丢数据，先查原因。",
        "The sides don't fit their planned shares (chance {chance}): one of them loses data; find out why first.",
    ),
    "note_ends": ("{day} 结束后才有最终结论。", "The final result comes after {day}."),
    "note_immature": (
        "计划的日子已过，但数据尚未到齐；导入其余数据后再读。",
        "The planned days are over, but the data is not complete; import the rest and read again.",
    ),
    "note_stopped": (
        "{day} 提前结束，故用随时可看的区间。",
        "Stopped early on {day}, so that the interval is one that holds whenever one stops.",
    ),
    "note_few": ("数据还太少，暂不给区间。", "There is too little data yet for an interval."),
    "note_looks": (
        "结束前看过 {n} 次，只有提前停止才会影响结论。",
        "Looked at {n} times before the end, which changes nothing.",
    ),
    "note_may_stop": (
        "区间已不含 0，可以提前结束：o2o experiment end。",
        "The interval leaves out 0 already: you may stop now, by 'o2o experiment end'.",
    ),
    # beside credit
    "incremental_title": ("归因与增量", "Attributed and incremental"),
    "incremental_lead": (
        "归因不是因果：归因说明转化前扫过什么，增量是实验测得的、没有它就不会有的部分。",
        "Credit is not cause: attributed is what it shared in, incremental what an experiment showed would not be "
        "without it.",
    ),
    "incremental_experiment": ("实验", "Experiment"),
    "incremental_days": ("日期", "Days"),
    "incremental_attributed": ("归因", "Attributed"),
    "incremental_incremental": ("增量（95% 区间）", "Incremental (95 % interval)"),
    "incremental_final": ("已得结论", "final"),
    "incremental_open": (
        "还没有最终结论：{last} 结束后请读取（o2o experiment read）",
        "no final result yet: read it after {last} (o2o experiment read)",
    ),
    "incremental_none": ("没有得出数字", "told no figure"),
    "incremental_open_of": (
        "{signs}：实验 {name}（{first} 至 {last}，{measure}）还没有最终结论；结束后请运行 o2o experiment read {name}",
        "{signs}: experiment {name} ({first} to {last}, {measure}) has no final result yet; "
        "after its end: o2o experiment read {name}",
    ),
    "incremental_none_of": (
        "{signs}：实验 {name}（{first} 至 {last}，{measure}）没有得出数字（{finding}）",
        "{signs}: experiment {name} ({first} to {last}, {measure}) told no figure ({finding})",
    ),
    "incremental_final_of": (
        "{signs}：{first} 至 {last} 归因 {attributed}，增量 {incremental}（实验 {name}，{measure}）；归因不是因果",
        "{signs}: {first} to {last} attributed {attributed}, incremental {incremental} (experiment {name}, {measure}); "
        "credit is not cause",
    ),
    "incremental_versus": (
        "A vs B：同一触点的两种落地页或两种物料，增量是 A 比 B 多带来的，不是触点本身的增量。",
        "A vs B are two pages of the same signs, or two creatives: incremental is then what A brought more than B "
        "would have, not what the sign brings beside none.",
    ),
    "incremental_versus_of": (
        "{signs}：{first} 至 {last} 归因 {attributed}；“{first_arm}”比“{second_arm}”多带来 {incremental}"
        "（实验 {name}，{measure}）：比的是两者，不是触点本身的增量；归因不是因果",
        "{signs}: {first} to {last} attributed {attributed}; '{first_arm}' brought {incremental} more than "
        "'{second_arm}' would have (experiment {name}, {measure}): of the two, not of a sign beside none; credit is "
        "not cause",
    ),
}
