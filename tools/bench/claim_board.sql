-- %(claims)s claims of three years in %(stores)s stores, and the insurer's part of each; made by tools/bench/claim_board.py
INSERT INTO insurance_claim (
       company_id, name, state, dispatched_on, reported_on, assessed_on, submitted_on, paid_on, sheet_date, settled_on,
       advisor_id, vehicle_id, plate, role, is_insured_here, insurer_id, claim_mode, payee, total_amount,
       expected_amount, received_amount, difference_amount, open_amount, is_judged, payment_status, waits_for,
       limit_kind, limit_due_on, create_date, write_date)
SELECT (%(stores)s)[1 + n %% cardinality(%(stores)s)], 'B' || n,
       CASE WHEN age < 40 THEN 'submitted' WHEN n %% 25 = 0 THEN 'difference' ELSE 'closed' END,
       day, day - 1, day + 1, day + 5 + n %% 4, CASE WHEN age >= 40 THEN day + 15 + n %% 23 END, day + 4, day + 4,
       (%(advisors)s)[1 + n / cardinality(%(stores)s) %% cardinality(%(advisors)s)], %(vehicle)s, 'B' || n,
       CASE WHEN n %% 9 = 0 THEN 'third' ELSE 'own' END, n %% 9 <> 0, (%(insurers)s)[1 + n %% 5], 'direct', 'store',
       amount, amount, CASE WHEN age < 40 THEN 0 ELSE amount - CASE WHEN n %% 25 = 0 THEN 50 ELSE 0 END END,
       CASE WHEN age >= 40 AND n %% 25 = 0 THEN -50 ELSE 0 END, CASE WHEN age < 40 THEN amount ELSE 0 END, age >= 40,
       CASE WHEN age < 40 THEN 'waiting' WHEN n %% 25 = 0 THEN 'difference' ELSE 'paid' END, 'money',
       CASE WHEN age < 40 THEN 'decision' END, CASE WHEN age < 40 THEN day + 35 + n %% 4 END, now(), now()
  FROM (SELECT n, %(last_day)s::date - (n %% %(days)s)::int AS day, n %% %(days)s AS age, 800 + n %% 9000 AS amount
          FROM generate_series(1, %(claims)s) AS n) AS one;
INSERT INTO insurance_claim_cost (
       claim_id, company_id, payer, payer_id, payee, amount, expected_amount, received_amount, open_amount, limit_kind,
       limit_due_on, sequence)
SELECT id, company_id, 'own_commercial', insurer_id, 'store', total_amount, expected_amount, received_amount,
       expected_amount - received_amount, limit_kind, limit_due_on, 10
  FROM insurance_claim WHERE name LIKE 'B%%' AND plate = name;
ANALYZE insurance_claim;
ANALYZE insurance_claim_cost;
