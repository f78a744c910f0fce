-- Experiments, each with one of its signs if it names any, and its last reading, the last after its end if there is one.
SELECT
    experiments.experiment_id AS experiment,
    experiments.measure,
    experiments.first_day,
    experiments.days,
    experiments.ended_at,
    experiment_signs.level,
    experiment_signs.key,
    readings.read_at,
    coalesce(readings.final, 0) AS final,
    coalesce(readings.verdict, '') AS finding,
    readings.extra,
    readings.extra_low,
    readings.extra_high
FROM experiments
LEFT JOIN experiment_signs ON experiment_signs.experiment_id = experiments.experiment_id
LEFT JOIN (
    SELECT experiment_id, coalesce(max(CASE WHEN final = 1 THEN id END), max(id)) AS id
    FROM experiment_readings
    GROUP BY experiment_id
) AS latest ON latest.experiment_id = experiments.experiment_id
LEFT JOIN experiment_readings AS readings ON readings.id = latest.id
ORDER BY experiments.first_day, experiments.experiment_id, experiment_signs.level, experiment_signs.key
