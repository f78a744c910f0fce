"""The report of a proof as one self-contained HTML page, or as data for a program."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from o2o import __version__
from o2o.codes.scannability import GRADES
from o2o.config import Language
from o2o.printing.proof.clippings import Clippings, cut_out
from o2o.printing.proof.dot_trials import DotTrial
from o2o.printing.proof.report import PageCount, ProofProblem, ProofReport
from o2o.printing.proof.scoring import CodeScore

_SHOWN = 500

_WORDS = {
    "title": ("打印校对报告", "Print proof"),
    "job": ("打印任务", "Print job"),
    "good": (
        "{codes} 个码全部读回，与打印任务一致。",
        "All {codes} codes were read back and are as the job printed them.",
    ),
    "bad": (
        "发现 {problems} 处问题，涉及 {pages} 页；请先处理再张贴。",
        "{problems} problem(s) on {pages} page(s): settle them before anything is hung up.",
    ),
    "pages": ("页数", "Pages"),
    "codes": ("读回的码", "Codes read back"),
    "problems": ("问题", "Problems"),
    "lowest": ("最低得分", "Lowest score"),
    "middle": ("得分中位数", "Median score"),
    "grades": ("等级", "Grades"),
    "grade": ("等级", "Grade"),
    "worst": ("得分最低的码", "Codes with the lowest scores"),
    "score": ("得分", "Score"),
    "unused": ("剩余纠错", "unused error correction"),
    "contrast": ("对比度", "contrast"),
    "growth": ("深色面积偏差", "dark area off by"),
    "unread": ("无法读取", "can't be read"),
    "module": ("模块边长", "module"),
    "printers": ("在打印机点阵上", "On the dots of printers"),
    "template": ("模板", "Template"),
    "dots": ("点/模块", "dots a module"),
    "fine": ("良好", "good"),
    "each_page": ("逐页统计", "Page by page"),
    "file": ("文件", "File"),
    "page": ("页", "Page"),
    "cell": ("格", "Cell"),
    "code": ("短码", "Code"),
    "what": ("问题", "What is wrong"),
    "advice": ("建议", "What to do"),
    "more": ("另有 {count} 处未列出。", "{count} more are not listed."),
    "method": (
        "得分 = 100 × 剩余纠错 × min(1, 对比度 ÷ 70 %) × (1 − |深色面积偏差|)。等级按 ISO/IEC 15415 的"
        "剩余纠错与符号对比度取较低者，C 级及以上合格。均由文件测得，不代替对纸样的检测。",
        "Score = 100 × unused error correction × min(1, contrast ÷ 70 %) × (1 − |dark area off by|). The grade is the "
        "lower of those that ISO/IEC 15415 gives for unused error correction and symbol contrast; C and better pass. "
        "All of it is measured in the file: it is no test of the paper.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    language: Language

    def __call__(self, word: str, **facts: int) -> str:
        text = self.language.of(_WORDS[word])
        return escape(text.format(**{name: f"{value:,}" for name, value in facts.items()}))


def make_proof_page(reports: Sequence[ProofReport], paths: Iterable[Path], language: str) -> str:
    """Return the HTML of a proof of these files, with pictures of the worst codes and of cells with problems."""
    pictures = cut_out(reports, paths)
    words = _Words(Language(language))
    body = "".join(_draw_report(report, words, pictures) for report in reports)
    main = f"<main><h1>{words('title')}</h1>{body}<h2>{words('score')}</h2><p class='soft'>{words('method')}</p></main>"
    return f"<!doctype html>\n<html lang='{language}'>{_draw_head(words('title'))}<body>{main}</body></html>\n"


def _draw_head(title: str) -> str:
    css = files("o2o.printing.proof").joinpath("page.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="generator" content="o2o {__version__}"><title>{title}</title><style>{css}</style></head>'
    )


def _draw_report(report: ProofReport, words: _Words, pictures: Clippings) -> str:
    names = list(dict.fromkeys(count.file for count in report.counts))
    listed = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
    pages = len({(problem.file, problem.page) for problem in report.problems})
    if report.problems:
        lead = f"<p class='lead bad'>{words('bad', problems=len(report.problems), pages=pages)}</p>"
    else:
        lead = f"<p class='lead'>{words('good', codes=report.codes)}</p>"
    return (
        f"<p class='soft'>{words('job')} {report.job_id} · {escape(listed)}</p>{lead}{_draw_figures(report, words)}"
        f"{_draw_problems(report.problems, words, pictures)}{_draw_grades(report, words)}"
        f"{_draw_worst(report.worst, words, pictures)}{_draw_trials(report.trials, words)}"
        f"{_draw_counts(report.counts, words)}"
    )


def _draw_figures(report: ProofReport, words: _Words) -> str:
    figures = {"pages": report.pages, "codes": report.codes, "problems": len(report.problems)}
    if report.scores:
        figures |= {"lowest": min(report.scores), "middle": _median(report.scores)}
    drawn = "".join(f"<div><dt>{words(word)}</dt><dd>{value:,}</dd></div>" for word, value in figures.items())
    return f"<dl class='figures'>{drawn}</dl>"


def _median(counted: Mapping[int, int]) -> int:
    left = sum(counted.values()) / 2
    for value in sorted(counted):
        left -= counted[value]
        if left <= 0:
            return value
    return 0


def _draw_grades(report: ProofReport, words: _Words) -> str:
    total = sum(report.grades.values())
    if not total:
        return ""
    rows = [
        [
            f"<b>{grade}</b>",
            f"<meter value='{report.grades[grade]}' max='{total}'></meter>",
            f"{report.grades[grade]:,}",
        ]
        for grade in GRADES
    ]
    return f"<h2>{words('grades')}</h2>{_table([words('grade'), '', words('codes')], rows, numbers=(2,))}"


def _draw_problems(problems: Sequence[ProofProblem], words: _Words, pictures: Clippings) -> str:
    if not problems:
        return ""
    header = [words(word) for word in ("file", "page", "cell", "code", "what", "advice")]
    listed, left = problems[:_SHOWN], dict(pictures)  # each picture once, however many problems its cell has
    shown = [left.pop((problem.file, problem.page, problem.cell), None) for problem in listed]
    rows = [_problem_row(*row, words.language) for row in zip(listed, shown, strict=True)]
    more = f"<p class='soft'>{words('more', count=len(problems) - _SHOWN)}</p>" if len(problems) > _SHOWN else ""
    return f"<h2 class='bad'>{words('problems')}</h2>{_table(header, rows, numbers=(1, 2))}{more}"


def _problem_row(problem: ProofProblem, picture: str | None, language: Language) -> list[str]:
    cell = "" if problem.cell is None else f"{problem.cell}"
    code = _span("code", problem.code)
    what = escape(problem.fault.reason(language)) + _picture(picture)
    return [escape(problem.file), f"{problem.page:,}", cell, code, what, escape(problem.fault.advice(language))]


def _draw_worst(worst: Sequence[CodeScore], words: _Words, pictures: Clippings) -> str:
    if not worst:
        return ""
    cards = "".join(f"<li>{_draw_card(score, words, pictures)}</li>" for score in worst)
    return f"<h2>{words('worst')}</h2><ul class='cards'>{cards}</ul>"


def _draw_card(score: CodeScore, words: _Words, pictures: Clippings) -> str:
    place, quality = score.place, score.quality
    picture = _picture(pictures.get((place.file, place.page, place.cell)))
    where = f"{escape(place.file)} · {words('page')} {place.page:,} · {words('cell')} {place.cell}"
    head = f"{picture}<b>{quality.score} · {quality.grade}</b>{_span('code', place.code)}<br>{where}<br>"
    if not score.module:
        return f"{head}<span class='bad'>{words('unread')}</span>"
    return (
        f"{head}<span class='soft'>{quality.unused:.0%} {words('unused')}<br>{quality.contrast:.0%} {words('contrast')}"
        f"<br>{words('growth')} {quality.growth:+.0%}<br>{words('module')} {score.module:.2f} mm</span>"
    )


def _draw_trials(trials: Sequence[DotTrial], words: _Words) -> str:
    if not trials:
        return ""
    header = [escape("dpi"), words("template"), words("module"), words("dots"), words("growth"), ""]
    rows = [_trial_row(trial, words) for trial in trials]
    return f"<h2>{words('printers')}</h2>{_table(header, rows, numbers=(0, 2, 3, 4))}"


def _trial_row(trial: DotTrial, words: _Words) -> list[str]:
    fine = f"<span class='good'>{words('fine')}</span>"
    verdict = _span("bad", trial.fault.reason(words.language)) if trial.fault else fine
    measured = [f"{trial.module:.2f} mm", f"{trial.dots:.1f}", f"{trial.growth:+.0%}"]
    return [f"{trial.dpi}", escape(trial.place.template), *measured, verdict]


def _draw_counts(counts: Sequence[PageCount], words: _Words) -> str:
    """Draw the counts of pages; those alike that follow each other are one row."""
    rows = []
    for (file, codes, problems), run in groupby(counts, lambda count: (count.file, count.codes, count.problems)):
        pages = [count.page for count in run]
        span = f"{pages[0]:,}" if len(pages) == 1 else f"{pages[0]:,}–{pages[-1]:,}"
        rows.append([escape(file), span, f"{codes:,}", f"<span class='bad'>{problems:,}</span>" if problems else "0"])
    header = [words(word) for word in ("file", "page", "codes", "problems")]
    return f"<h2>{words('each_page')}</h2>{_table(header, rows[:_SHOWN], numbers=(1, 2, 3))}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> str:
    """Return a table of cells that are HTML already; ``numbers`` are the columns of figures."""

    def draw(tag: str, row: Sequence[str]) -> str:
        cells = (
            f"<{tag} class='number'>{cell}</{tag}>" if place in numbers else f"<{tag}>{cell}</{tag}>"
            for place, cell in enumerate(row)
        )
        return f"<tr>{''.join(cells)}</tr>"

    body = "".join(draw("td", row) for row in rows)
    return f"<div class='scroll'><table><thead>{draw('th', header)}</thead><tbody>{body}</tbody></table></div>"


def _span(kind: str, text: str) -> str:
    return f"<span class='{kind}'>{escape(text)}</span>"


def _picture(data: str | None) -> str:
    return f"<img alt='' src='data:image/png;base64,{data}'>" if data else ""
