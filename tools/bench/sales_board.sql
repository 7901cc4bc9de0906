-- A new car delivered for each first entry of the ledger (see ledger_fill.sql), one in eight without a policy of the
-- store, one in fifteen to a second-tier dealer; teams and targets of their consultants.
-- Parameters: stores (ids), deliveries, retail and second_tier (ids of business sources), reasons (ids), per_team.

INSERT INTO insurance_sales_team (name, company_id, sequence, active)
SELECT 'Bench ' || number, company.id, 10, TRUE
  FROM unnest(%(stores)s) AS company(id)
 CROSS JOIN generate_series(0, 1) AS number;

CREATE TEMP TABLE bench_seller ON COMMIT DROP AS
SELECT company_id, salesperson_id,
       row_number() OVER (PARTITION BY company_id ORDER BY salesperson_id) - 1 AS place
  FROM (SELECT DISTINCT company_id, salesperson_id FROM insurance_ledger_entry
         WHERE company_id = ANY(%(stores)s)) AS pair;

CREATE TEMP TABLE bench_team ON COMMIT DROP AS
SELECT id AS team_id, company_id, row_number() OVER (PARTITION BY company_id ORDER BY id) - 1 AS place
  FROM insurance_sales_team WHERE name LIKE 'Bench %%';

INSERT INTO insurance_delivery (
       company_id, active, state, vehicle_id, vehicle_model_id, partner_id, delivery_date, month, consultant_id, team_id,
       business_source_id, is_counted, insurance_answer, uninsured_reason_id, create_date)
SELECT entry.company_id, TRUE, 'completed', entry.vehicle_id, vehicle.model_id, entry.owner_id, day.delivered,
       date_trunc('month', day.delivered)::date, entry.salesperson_id, team.team_id,
       CASE WHEN entry.id %% 15 = 0 THEN %(second_tier)s ELSE %(retail)s END, entry.id %% 15 <> 0,
       CASE WHEN entry.id %% 8 = 0 THEN 'elsewhere' ELSE 'here' END,
       CASE WHEN entry.id %% 8 = 0 THEN (%(reasons)s)[1 + entry.id %% cardinality(%(reasons)s)] END, day.delivered
  FROM (SELECT * FROM insurance_ledger_entry WHERE business_type = 'new' AND company_id = ANY(%(stores)s)
         ORDER BY id LIMIT %(deliveries)s) AS entry
  JOIN fleet_vehicle AS vehicle ON vehicle.id = entry.vehicle_id
  JOIN bench_seller AS seller ON seller.company_id = entry.company_id AND seller.salesperson_id = entry.salesperson_id
  JOIN bench_team AS team ON team.company_id = entry.company_id AND team.place = seller.place %% 2
 CROSS JOIN LATERAL (
       SELECT entry.issue_date + CASE WHEN entry.id %% 8 = 0 THEN 90 ELSE (entry.id %% 5)::int END AS delivered) AS day;

INSERT INTO insurance_sales_target (company_id, consultant_id, month, cars, insured_rate)
SELECT DISTINCT delivery.company_id, delivery.consultant_id, delivery.month, 20, 0.85
  FROM insurance_delivery AS delivery
 WHERE company_id = ANY(%(stores)s);

ANALYZE insurance_delivery;
ANALYZE insurance_sales_target;
