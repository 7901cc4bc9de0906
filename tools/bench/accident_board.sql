-- Reports of five years of 20 stores, and cars that came and left: the ends that the figures count.
-- Parameters: stores (ids), reports, operators (ids of users), vehicle (id), insurers, reasons, visit_reasons (ids),
-- source (id of a reason).

INSERT INTO insurance_accident (
       company_id, reported_on, source_id, operator_id, insurer_id, vehicle_id, state, returned_on, reason_id,
       first_contact_on, contact_minutes, is_drivable, create_date)
SELECT (%(stores)s)[1 + one.number %% cardinality(%(stores)s)], one.moment, %(source)s,
       (%(operators)s)[1 + one.number / 7 %% cardinality(%(operators)s)],
       (%(insurers)s)[1 + one.number %% cardinality(%(insurers)s)], %(vehicle)s,
       CASE WHEN one.number %% 10 < 6 THEN 'returned' WHEN one.number %% 10 < 9 THEN 'not_returned' ELSE 'following' END,
       CASE WHEN one.number %% 10 < 6 THEN one.moment + (one.number %% 40) * INTERVAL '1 day' END,
       CASE WHEN one.number %% 10 BETWEEN 6 AND 8 THEN (%(reasons)s)[1 + one.number / 10 %% cardinality(%(reasons)s)] END,
       one.moment + (one.number %% 90) * INTERVAL '1 minute', one.number %% 90, TRUE, one.moment
  FROM (SELECT number, TIMESTAMP '2022-01-01' + number * (INTERVAL '1826 days' / %(reports)s) AS moment
          FROM generate_series(1, %(reports)s) AS series(number)) AS one;

INSERT INTO insurance_lost_visit (
       company_id, arrived_on, vehicle_id, insurer_id, damage, own_estimate, advisor_id, reason_id, handling, content,
       state, is_reported, is_restricted, is_about_advisor, is_superseded, create_date)
SELECT accident.company_id, accident.returned_on, %(vehicle)s, accident.insurer_id, 'x', 5000, accident.operator_id,
       (%(visit_reasons)s)[1 + accident.id %% cardinality(%(visit_reasons)s)], 'track', 'x',
       CASE WHEN accident.id %% 3 = 0 THEN 'tracking' ELSE 'lost' END, FALSE, FALSE, FALSE, FALSE, accident.returned_on
  FROM insurance_accident AS accident
 WHERE accident.state = 'returned' AND accident.id %% 12 = 0 AND accident.company_id = ANY(%(stores)s);

ANALYZE insurance_accident, insurance_lost_visit;
