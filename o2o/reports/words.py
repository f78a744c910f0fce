"""The words of the report pages in Chinese and in English: one table, nothing said elsewhere."""

from dataclasses import dataclass

from o2o.config import Language
from o2o.reports.experiment_words import EXPERIMENT_WORDS

WORDS: dict[str, tuple[str, str]] = {
    "title": ("归因报告", "Attribution report"),
    "asked": (
        "{outcome} · {period} · 回溯期 {window} · {model}",
        "{outcome} · {period} · lookback {window} · {model}",
    ),
    "period_all": ("全部日期", "all dates"),
    "period_since": ("{since} 起", "since {since}"),
    "period_until": ("至 {until}", "until {until}"),
    "period_between": ("{since} 至 {until}", "{since} to {until}"),
    "n_days": ("{n} 天", "{n} day|{n} days"),
    "n_hours": ("{n} 小时", "{n} hour|{n} hours"),
    "n_minutes": ("{n} 分钟", "{n} minute|{n} minutes"),
    "n_seconds": ("{n} 秒", "{n} second|{n} seconds"),
    "and": ("，", ", "),
    "windows": ("{window}（{own}）", "{window} ({own})"),
    "window_of": ("{kind} {window}", "{kind} {window}"),
    # how journeys were made
    "reach_overlap": (
        "路径可以重叠：一次扫码可以参与它之后的每次转化。",
        "Journeys overlap: a scan may share in every conversion after it.",
    ),
    "reach_stop": (
        "路径止于上一次转化：同一会员或访客的上一次转化及其之前的扫码不再参与。",
        "Journeys stop: scans up to the previous conversion of the same customer or visitor don't share again.",
    ),
    "transform_unique": ("每次扫码都算（unique）。", "Every scan counts (unique)."),
    "transform_exposure": (
        "连续扫同一项只算第一次（exposure）。",
        "Scans of the same in a row count as the first of them (exposure).",
    ),
    "transform_first": (
        "每一项只算第一次出现（first）。",
        "Each counts once, where it came first (first).",
    ),
    "transform_drop-tail": (
        "路径末尾的“{dropped}”不算，除非全是它（drop-tail）。",
        "Scans of {dropped} at the end of a journey don't count, unless all are (drop-tail).",
    ),
    "transform_drop-all": (
        "“{dropped}”都不算，除非全是它（drop-all）。",
        "Scans of {dropped} don't count, unless all of a journey are (drop-all).",
    ),
    "left_out": ("因此有 {n} 次扫码不算。", "So {n} scan is left out.|So {n} scans are left out."),
    "nothing_dropped": (
        "没有扫码因“{dropped}”而去掉；请核对写法，应写所选层级的编号。",
        "no scan of {dropped} was left out; write a key as the column key lists it",
    ),
    "nothing_passed_over": (
        "没有扫码属于“{passed}”，last-non:{passed} 因此与 last 相同；请核对写法，应写所选层级的编号。",
        "no scan is of {passed}, so last-non:{passed} is the same as last; write a key as the column key lists it",
    ),
    "ties": ("同一毫秒的扫码按导入的先后。", "Scans of the same millisecond are in order of import."),
    # what is counted
    "orders": ("订单", "Orders"),
    "visits": ("扫码到访", "Scan visits"),
    "registrations": ("注册", "Registrations"),
    "redemptions": ("核销", "Redeemed coupons"),
    "lines": ("订单行", "Order lines"),
    "n_registrations": ("{n} 次注册", "{n} registration|{n} registrations"),
    "n_redemptions": ("{n} 张核销的券", "{n} redeemed coupon|{n} redeemed coupons"),
    "n_lines": ("{n} 行商品", "{n} order line|{n} order lines"),
    "n_orders": ("{n} 笔订单", "{n} order|{n} orders"),
    "n_visits": ("{n} 次扫码到访", "{n} scan visit|{n} scan visits"),
    "n_batches": ("{n} 批导入", "{n} import batch|{n} import batches"),
    "n_scans": ("{n} 次扫码", "{n} scan|{n} scans"),
    # refunds that can't be taken from an order
    "nameless": (
        "{n} 笔退款没有写原单（例如 {example}），未归因；请补上 refund_of。",
        "{n} refund names no order, such as {example}: unattributed; fill in refund_of|"
        "{n} refunds name no order, such as {example}: unattributed; fill in refund_of",
    ),
    "unknown": (
        "{n} 笔退款找不到原单（例如 {example}），未归因；请导入原单。",
        "{n} refund of an order that isn't there, such as {example}: unattributed; import the order|"
        "{n} refunds of orders that aren't there, such as {example}: unattributed; import the orders",
    ),
    "oversized": (
        "{n} 笔退款超过原单金额（例如 {example}），超出部分未归因；请核对。",
        "{n} refund exceeds its order, such as {example}: the excess is unattributed; check it|"
        "{n} refunds exceed their orders, such as {example}: the excess is unattributed; check them",
    ),
    # the answer
    "answer": ("结论", "The answer"),
    "lead_orders": (
        "{conversions}，共 {revenue}。按“{model}”，{credited}（{share}）归给扫码，{rest} 没有可归的扫码。",
        "{conversions} worth {revenue}: by {model}, {credited} ({share}) is credited to scans "
        "and {rest} has no scan to credit.",
    ),
    "lead_counted": (
        "{conversions}。按“{model}”，归给扫码的有 {credited}（{share}），没有可归的扫码的有 {rest}。",
        "{conversions}: by {model}, {credited} ({share}) credited to scans, {rest} with no scan to credit.",
    ),
    "lead_visits": (
        "{conversions}，按“{model}”归给到访时和此前的扫码。",
        "{conversions}, credited by {model} to the scans at their start and before.",
    ),
    "lead_none": (
        "这段时间没有{outcome}，所以没有可归的{next}。",
        "There are no {outcome} in this period, so there is nothing to credit{next}.",
    ),
    "none_imported": ("；还没有导入过，用 {command} 导入", "; none were imported so far: use {command}"),
    "none_here": ("；看看日期（--since、--until）对不对", "; look whether --since and --until are right"),
    "lead_joined": (
        "退款前的 {conversions}中，{with_id} 笔（{share}）带有可关联的标识（扫码号、会员或访客）；"
        "{joined} 笔查到了扫过码的访客，其中 {touched} 笔在回溯期内扫过。",
        "Of {conversions} before refunds, {with_id} ({share}) carry an id that can join: a scan id, a customer or "
        "a visitor. {joined} led to a visitor who scanned, {touched} of those within the lookback.",
    ),
    "lead_joined_once": (
        "{conversions}中，{with_id} 个（{share}）带有可关联的标识（扫码号、会员或访客）；"
        "{joined} 个查到了扫过码的访客，其中 {touched} 个在回溯期内扫过。",
        "Of {conversions}, {with_id} ({share}) carry an id that can join: a scan id, a customer or a visitor. "
        "{joined} led to a visitor who scanned, {touched} of those within the lookback.",
    ),
    "lead_stitched": (
        "回溯期内扫过码的 {visitors} 位访客中，{linked} 位（{share}）认得出是哪位会员。",
        "Of {visitors} visitors who scanned within reach, {linked} ({share}) are known by their customer id.",
    ),
    "cause": (
        "归因不是因果：没有这次扫码，同样的结果也许照样会有。要知道一个触点真正带来多少，需要有对照的试验。",
        "Credit is not cause: the same might have happened without the scan. How much a sign really adds "
        "only a trial with a control group can tell.",
    ),
    "young": (
        "最近的扫码还会带来{outcome}。它们在 {horizon} 天内会带来的，已到约：{cohorts}。现在还不能拿这些天和更早的比。",
        "recent scans have {outcome} still to come. Of what they will bring within {horizon} days, so much has come: "
        "{cohorts}. Don't compare these days with earlier ones yet.",
    ),
    "and_then": ("，", "; "),
    "young_cohort": (
        "{youngest}–{oldest} 天前的 {mature:.0%}（{low:.0%} 至 {high:.0%}）",
        "of scans {youngest} to {oldest} days ago {mature:.0%} ({low:.0%} to {high:.0%})",
    ),
    "young_last": (
        "最近 {days} 天的 {mature:.0%}（{low:.0%} 至 {high:.0%}）",
        "of scans of the last {days} days about {mature:.0%} ({low:.0%} to {high:.0%})",
    ),
    "no_interval": (
        "没有区间：它从全部路径中学习，重抽样太费时。",
        "no interval: it learns from all journeys at once, and to draw them anew would take too long",
    ),
    "no_interval_of_chain": (
        "没有区间：这条链的状态超过 2,000 个，求导太费时；请降低阶数，或换更粗的层级。",
        "no interval: its chain has over 2,000 states, too many to follow what moves each; give a lower order, or a "
        "coarser --by",
    ),
    "figure_total": ("合计", "Total"),
    "figure_credited": ("归给扫码", "Credited to scans"),
    "figure_unattributed": ("未归因", "Unattributed"),
    "figure_joinable": ("可关联的订单", "Orders that can join"),
    "figure_scans": ("计入的扫码", "Counted scans"),
    "of_hits": ("共 {n} 次请求", "of {n} hit|of {n} hits"),
    "place_answer": ("点位", "Signs"),
    "person_answer": ("人员", "Guides and staff"),
    "product_answer": ("商品", "Products"),
    "best_rate": ("最好（下单率最高）", "Best (highest order rate)"),
    "worst_rate": ("最差（下单率最低）", "Worst (lowest order rate)"),
    "high_rate": ("下单率最高", "Highest order rate"),
    "low_rate": ("下单率最低", "Lowest order rate"),
    "best_count": ("最好（到访最多）", "Best (most visits)"),
    "worst_count": ("最差（到访最少）", "Worst (fewest visits)"),
    "high_count": ("到访最多", "Most visits"),
    "low_count": ("到访最少", "Fewest visits"),
    "only_rate": ("唯一数据足够的", "The only one with enough data"),
    "only_count": ("唯一数据足够的", "The only one with enough data"),
    "most": ("归因金额最多", "Most money credited"),
    "most_amount": ("{amount}（占合计 {share}）", "{amount} ({share} of the total)"),
    "thin_most": ("数据不足：{scans}（最多的一个）", "Not enough data: {scans} at most"),
    "no_scans": ("没有扫码", "No scans"),
    "judged_rate": (
        "{trials} 位访客中 {successes} 位下单：{rate}（95% 区间 {low} 至 {high}）",
        "{successes} of {trials} visitors ordered: {rate} (95% interval {low} to {high})",
    ),
    "judged_count": ("{visits}（95% 区间 {low} 至 {high}）", "{visits} (95% interval {low} to {high})"),
    "credited_amount": ("归因 {amount}", "credited {amount}"),
    "apart": ("两者的差距超出偶然。", "They differ by more than chance explains."),
    "not_apart": (
        "差距可能只是偶然，说不上谁最好、谁最差。",
        "The difference may be chance: neither can be called best or worst.",
    ),
    "thin_rate": (
        "另有 {n} 个数据不足，不参与比较。",
        "{n} other has too little data to be compared.|{n} others have too little data to be compared.",
    ),
    "thin_count": (
        "另有 {n} 个太少：是差，还是新贴、被挡住、坏了，说不准，所以不说谁最差。",
        "{n} other has too few to tell a poor mark from a new, hidden or damaged one, so none is called worst."
        "|{n} others have too few to tell a poor mark from a new, hidden or damaged one, so none is called worst.",
    ),
    "rule_rate": (
        "比较的是访客下单率。少于 {minimum} 位访客的不参与；最好的是 95% 区间下端最高的，最差的是上端最低的，"
        "所以靠几次扫码领先不了。说“超出偶然”之前，区间已按比较的个数放宽。",
        "Compared is the share of visitors who ordered. Fewer than {minimum} visitors are not compared; the best "
        "has the highest lower end of its 95% interval, the worst the lowest upper end, so a few lucky scans do "
        "not lead. Before we say “more than chance”, intervals are widened for how many are compared.",
    ),
    "rule_count": (
        "比较的是扫码到访次数。少于 {minimum} 次的不参与；最好的是 95% 区间下端最高的，所以靠几次扫码领先不了。",
        "Compared is the number of scan visits. Fewer than {minimum} are not compared; the best has the highest "
        "lower end of its 95% interval, so a few lucky scans do not lead.",
    ),
    # columns
    "model": ("模型", "Model"),
    "conversions_orders": ("归因订单", "Orders credited"),
    "conversions_visits": ("归因到访", "Visits credited"),
    "conversions_registrations": ("归因注册", "Registrations credited"),
    "conversions_redemptions": ("归因核销", "Coupons credited"),
    "conversions_lines": ("归因订单行", "Lines credited"),
    "revenue": ("归因金额", "Money credited"),
    "share": ("占合计", "Of total"),
    "scans": ("扫码", "Scans"),
    "count": ("数量", "Count"),
    "attributed": ("已归因", "Attributed"),
    "unattributed_short": ("未归因", "Unattributed"),
    "total": ("合计", "Total"),
    "money": ("金额", "Money"),
    # rows
    "unattributed": ("未归因（没有可归的扫码）", "Unattributed (no scan to credit)"),
    "other": ("其他（不属于此类）", "Other (nothing of this kind)"),
    "n_rest": ("其余 {n} 项合计", "{n} other, not listed|{n} others, summed"),
    "n_idle": ("另有 {n} 项有扫码而无归因", "{n} more was scanned without credit|{n} more were scanned without credit"),
    "n_thin_rows": (
        "以下扫码少于 {n} 次，说明不了什么，不参与排名：",
        "Fewer than {n} scans each, too few to rank:",
    ),
    # levels
    "touchpoint": ("触点", "Touchpoint"),
    "person": ("人员", "Person"),
    "product": ("商品", "Product"),
    "place": ("点位", "Place"),
    "store": ("门店", "Store"),
    "campaign": ("活动", "Campaign"),
    "carrier": ("物料", "Carrier"),
    "zone": ("区域", "Zone"),
    "department": ("部门", "Department"),
    "city": ("城市", "City"),
    "people": ("人", "People"),
    "products": ("货", "Products"),
    "places": ("场", "Places"),
    # sections
    "ranking": ("哪个{level}得到多少", "Which {level} earned how much"),
    "ranking_note": (
        "按“{model}”。条形是{measure}；浅色的扫码少于 {minimum} 次。",
        "By {model}. Bars show {measure}; pale ones have fewer than {minimum} scans.",
    ),
    "comparison": ("换个模型，结论变不变", "Does the answer change with the model?"),
    "comparison_note": (
        "竖线是“{model}”；左右是其他分法比它少或多多少，两端是 −{furthest} 和 +{furthest}。线短，说明怎么分都差不多。"
        "数字是{measure}。",
        "The upright line is {model}; left and right of it is how much less or more the other ways give, the ends "
        "are −{furthest} and +{furthest}. Where the line is short, the ways agree. Numbers are {measure}.",
    ),
    "beside": ("人、货、场", "People, products and places side by side"),
    "beside_note": (
        "同一批{outcome}，按触点代表什么来分。",
        "The same {outcome}, by what the scanned touchpoints stand for.",
    ),
    "nothing": ("没有归因。", "Nothing credited."),
    "by_store": ("哪家门店", "Stores"),
    "by_store_note": ("按扫码所在的门店。", "By the store of the scan."),
    "by_campaign": ("哪个活动", "Campaigns"),
    "by_campaign_note": ("按触点所属的活动。", "By the campaign of the touchpoint."),
    "waterfall": ("从请求到扫码", "From raw hits to counted scans"),
    "waterfall_note": (
        "收到的每次请求都有一个判定；只有“真人”计入。",
        "Each hit received has a verdict; only human ones count.",
    ),
    "hits": ("收到的请求", "Hits received"),
    "preview": ("减：链接预览", "less link previews"),
    "bot": ("减：机器人", "less bots"),
    "staff_test": ("减：员工测试", "less staff tests"),
    "impossible": ("减：不可能", "less impossible ones"),
    "duplicate": ("减：重复", "less duplicates"),
    "orphan_unknown": ("减：未知短码", "less unknown codes"),
    "orphan_misread": ("减：读错的短码", "less misread codes"),
    "orphan_retired": ("减：已停用短码", "less retired codes"),
    "followed": ("其中访客可跨天识别", "of which of visitors who can be followed over days"),
    "remote": ("其中异地或非营业时间", "of which remote: store closed, or far from it"),
    "alike": (
        "另有 {hits} 次没有计入，可能来自无法区分的多部手机（同网络、同浏览器、同一天）。",
        "A further {hits} are not counted but may be of several phones that can't be told apart "
        "(same network, browser and day).",
    ),
    "regions_on": ("地区数据日期：{day}。", "Regions by data of {day}."),
    "counted": ("计入的扫码（真人）", "Counted scans (human)"),
    "anonymous": ("其中没有访客标识", "of which without a visitor"),
    "in_reach": ("其中在时段和回溯期内", "of which within period and lookback"),
    "credited_scans": ("其中得到归因", "of which share in a conversion"),
    "joining": ("{outcome}怎样关联到扫码", "How {outcome} join scans"),
    "joining_note": ("先看扫码号，再看会员，再看访客。", "By scan id first, then customer, then visitor."),
    "all_conversions": ("这段时间的{outcome}", "{outcome} of the period"),
    "all_sales": ("这段时间的{outcome}（退款前）", "{outcome} of the period, before refunds"),
    "with_id": ("带有可关联的标识", "carry an id that can join"),
    "by_scan": ("由扫码号关联", "joined by scan id"),
    "by_customer": ("由会员关联", "joined by customer"),
    "by_visitor": ("由访客关联", "joined by visitor"),
    "touched": ("回溯期内有扫码", "had a scan within the lookback"),
    "shared": (
        "有 {n} 个访客标识属于太多会员（像是公用平板），不用于关联：",
        "{n} visitor belongs to too many customers (a shared tablet?) and is not used for joining: "
        "|{n} visitors belong to too many customers (shared tablets?) and are not used for joining: ",
    ),
    "busy": (
        "有 {n} 个会员号一天的订单太多（像是收银员自己的卡），不用于关联：",
        "{n} customer has too many orders on one day (a cashier's own card?) and is not used for joining: "
        "|{n} customers have too many orders on one day (cashiers' own cards?) and are not used for joining: ",
    ),
    "stitching": ("访客认得出是哪位会员", "Visitors known to be a customer"),
    "stitching_note": (
        "在时段和回溯期内扫过码的访客；由多种凭据得知的，算在最可靠的一种。",
        "Visitors with counted scans within the period and the lookback; each by the surest that says so.",
    ),
    "scanning_visitors": ("扫过码的访客", "visitors who scanned"),
    "linked": ("其中认得出会员", "known to be a customer"),
    "by_click": ("凭扫码号", "by a click id"),
    "by_order": ("凭订单", "by an order"),
    "by_redemption": ("凭核销", "by a redeemed coupon"),
    "by_registration": ("凭注册", "by a registration"),
    "by_page_view": ("凭页面浏览", "by a view of a page"),
    "by_report": ("凭扫码上报", "by a report of a scan"),
    "shared_one": ("{visitor}（{customers}）", "{visitor} ({customers})"),
    "identity": ("对得上账", "It adds up"),
    "identity_note": (
        "每种模型都是：已归因 + 未归因 = 合计，分毫不差。",
        "In every model: attributed + unattributed = total, exactly.",
    ),
    "method": ("怎么算的", "How it was counted"),
    "visit_meaning": (
        "扫码到访是同一访客在同一门店、间隔不超过 {minutes} 分钟的扫码，不是客流。",
        "A scan visit is the scans of one visitor in one store with no gap over {minutes} minutes; it is not footfall.",
    ),
    "window_meaning": (
        "回溯期：转化之前 {window}内的扫码才得到归因。",
        "Lookback: only scans within {window} before a conversion share in it.",
    ),
    "scans_meaning": (
        "“{scans}”一栏是时段和回溯期内计入的扫码次数。",
        "The column “{scans}” is counted scans within the period and the lookback before it.",
    ),
    # signs that are probably dead
    "silent_signs": ("沉默的码", "Silent signs"),
    "silent_lead": (
        "请逐个走到现场查看：可能脱落、被遮挡、破损，或链接打不开。修好或重印后打勾。",
        "Walk to each: it may be torn off, hidden or damaged, or its link may not open. Tick it once it is mended.",
    ),
    "silent_none": (
        "没有沉默得反常的码。",
        "No sign is silent for longer than its history and its neighbours explain.",
    ),
    "silent_zone": ("位置", "Where"),
    "silent_sign": ("对象", "Sign"),
    "silent_carrier": ("物料", "Carrier"),
    "silent_code": ("短码", "Code"),
    "silent_since": ("最后一次扫码", "Last scan"),
    "silent_usual": ("平常每天扫码", "Usual scans a day"),
    "silent_dead": ("失效概率", "Probably dead"),
    "silent_loss": ("每天损失", "Lost a day"),
    "never_scanned": ("从未扫过", "never scanned"),
    "no_store": ("不属于门店", "Without a store"),
    "made": ("{at} 制作", "Made {at}"),
    "manifest": (
        "运行 {digest}：{batches}，最新扫码 {scan}，{engine}",
        "Run {digest}: {batches}, newest scan {scan}, {engine}",
    ),
    # models
    "first": ("首次触点", "first touch"),
    "last": ("末次触点", "last touch"),
    "linear": ("平均分配", "even split"),
    "time-decay": ("时间衰减", "later scans more"),
    "position": ("首尾为主", "first and last more"),
    "last-non": ("排除某键的末次触点", "last touch but one key"),
    "by-kind": ("按人货场权重", "weights by kind"),
    "participation": ("参与", "participation"),
    "shapley": ("沙普利值", "Shapley value"),
    "markov": ("马尔可夫链", "Markov chain"),
    "shapley-ordered": ("有序沙普利值", "ordered Shapley value"),
    "bagged-logistic": ("装袋逻辑回归", "bagged logistic regression"),
    "probabilistic": ("条件概率", "conditional probabilities"),
    "model_means": ("{name} ({term})：{means}", "{name} ({term}): {means}"),
    "first_means": ("全部归给回溯期内第一次扫码", "all to the first scan within the lookback"),
    "last_means": ("全部归给转化前最后一次扫码", "all to the last scan before the conversion"),
    "linear_means": ("回溯期内每次扫码各得一份", "an equal share to every scan within the lookback"),
    "time-decay_means": ("越近的扫码得得越多，每早 7 天减半", "later scans get more; half for every 7 days earlier"),
    "time-decay_given": (
        "越近的扫码得得越多，每早 {argument} 减半",
        "later scans get more; half for every {argument} earlier",
    ),
    "position_given": (
        "按位置权重 {argument}：首次、中间、末次",
        "weights {argument} of the first, those between and the last",
    ),
    "last-non_given": (
        "归给最后一次不是 {argument} 的扫码；全是则归末次",
        "all to the last scan that isn't of {argument}",
    ),
    "by-kind_given": (
        "按权重 {argument} 分；权重全为 0 时平均",
        "weights {argument}; even where all weigh nothing",
    ),
    "participation_means": (
        "每个参与者都得全部，因此加起来多于总数",
        "all of it to each that took part, so that this adds up to more than the total",
    ),
    "shapley_means": ("每个参与者得相同一份，不论扫了几次", "an equal share to each that took part, however often"),
    "markov_means": (
        "按去掉它会失去多少转化来分（含没有转化的路径）",
        "by what would be lost without each, over journeys that converted and that didn't",
    ),
    "markov_given": (
        "同上，状态记住的触点数：{argument}",
        "by what would be lost without each; touches that a state remembers: {argument}",
    ),
    "markov_auto": (
        "同上，状态记住的触点数由数据定（BIC）：{order}",
        "by what would be lost without each; touches that a state remembers, as BIC favours: {order}",
    ),
    "shapley-ordered_means": (
        "马尔可夫链中各触点按随机次序加入时的平均增益",
        "by the mean gain of each in a Markov chain when they join in random order",
    ),
    "bagged-logistic_means": ("按多次逻辑回归的平均系数分", "by the mean coefficients of many logistic regressions"),
    "probabilistic_means": ("按有无它时的转化率分", "by how often journeys with each, and with each two, convert"),
    "position_means": (
        "首次 40%，末次 40%，中间平分 20%；只有两次时各半",
        "40% to the first, 40% to the last, 20% among those between; half each when there are two",
    ),
} | EXPERIMENT_WORDS


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key with values filled in."""
        text = self.language.of(WORDS[key])
        return text.format(**values) if values else text

    def count(self, key: str, number: int, **values: object) -> str:
        """Return a counted thing, such as ``3 scans``, singular where the language has one."""
        singular, _, plural = self.language.of(WORDS[key]).partition("|")
        return (plural if plural and number != 1 else singular).format(n=f"{number:,}", **values)
