"""The reports of a proof as plain values, for programs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from o2o.printing.proof.report import ProofProblem, ProofReport


def make_proof_data(reports: Iterable[ProofReport]) -> list[dict[str, Any]]:
    """Return the reports as plain values, the numbers of a code's quality with their score and grade."""
    return [
        asdict(replace(report, scores=Counter(), grades=Counter()))
        | {
            "scores": dict(sorted(report.scores.items())),
            "grades": dict(report.grades),
            "worst": [
                {**asdict(score), "score": score.quality.score, "grade": score.quality.grade} for score in report.worst
            ],
            "problems": [_describe(problem) for problem in report.problems],
            "trials": [
                {**asdict(trial), "dots": trial.dots, "fault": trial.fault.reason() if trial.fault else ""}
                for trial in report.trials
            ],
        }
        for report in reports
    ]


def _describe(problem: ProofProblem) -> dict[str, Any]:
    said = asdict(problem) | {"reason": problem.reason, "advice": problem.advice}
    return {name: value for name, value in said.items() if name != "fault"}
