-- Renewal cases of several stores, spread evenly over the years: every car once a year, most past ones closed.
-- Parameters: cases, cars (cases / years), stores and specialists (ids, as many specialists per store), per_store,
-- insurer and model (ids), first_day, days, today.

CREATE TEMP TABLE bench_car ON COMMIT DROP AS
SELECT car, nextval('res_partner_id_seq') AS partner_id, nextval('fleet_vehicle_id_seq') AS vehicle_id
  FROM generate_series(0, %(cars)s - 1) AS car;

INSERT INTO res_partner (id, name, complete_name, active, type, autopost_bills, phone, create_date)
SELECT partner_id, '客户' || car, '客户' || car, TRUE, 'contact', 'ask', '139' || lpad(car::text, 8, '0'), now()
  FROM bench_car;

INSERT INTO fleet_vehicle (id, name, model_id, license_plate, vin_sn, owner_id, active, use_type, fuel_type,
                           odometer_unit, power_unit, co2_emission_unit, range_unit)
SELECT vehicle_id, '', %(model)s, '赣B' || lpad(car::text, 6, '0'), 'LTSBOARD0TA' || lpad(car::text, 6, '0'),
       partner_id, TRUE, 'private', 'gasoline', 'kilometers', 'power', 'g/km', 'km'
  FROM bench_car;

CREATE TEMP TABLE bench_case ON COMMIT DROP AS
SELECT nextval('insurance_renewal_id_seq') AS id, g, g %% %(cars)s AS car, store,
       (%(stores)s)[1 + store] AS company_id,
       (%(specialists)s)[1 + store * %(per_store)s + (g %% %(cars)s / cardinality(%(stores)s)) %% %(per_store)s] AS specialist_id,
       %(first_day)s::date + (g::bigint * %(days)s / %(cases)s)::int AS expiry,
       (g::bigint * 982451653 %% 1000)::int AS dice
  FROM (SELECT g, g %% %(cars)s %% cardinality(%(stores)s) AS store
          FROM generate_series(0, %(cases)s - 1) AS g) AS numbers;

INSERT INTO insurance_renewal (
       id, company_id, active, vehicle_id, partner_id, specialist_id, assigned_on, state, intention, insurer_id,
       commercial_expiry, compulsory_expiry, reference_expiry, commercial_premium, compulsory_premium, vehicle_tax,
       customer_class, closed_on, contact_count, create_date)
SELECT one.id, one.company_id, TRUE, car.vehicle_id, car.partner_id, one.specialist_id, one.expiry - 90, one.state,
       CASE WHEN one.state IN ('quoted', 'appointment') THEN (ARRAY['high', 'medium', 'low'])[1 + one.dice %% 3] END,
       %(insurer)s, one.expiry, one.expiry, one.expiry, 3120.55, 950, 420,
       (ARRAY['r_new', 'r_ren', 'r_ren', 'r_gap', 'r_pot'])[1 + one.dice %% 5],
       CASE WHEN one.state IN ('won', 'lost', 'invalid') THEN least(one.expiry - one.dice %% 40, %(today)s::date) END,
       0, one.expiry - 90
  FROM (SELECT bench_case.*,
               CASE WHEN dice >= least(950, 950 - (expiry - %(today)s::date) * 12)
                    THEN (ARRAY['new', 'following', 'quoted', 'appointment', 'dormant'])[1 + dice %% 5]
                    WHEN dice %% 100 < 46 + (id %% 7) THEN 'won'
                    WHEN dice %% 100 < 96 THEN 'lost'
                    ELSE 'invalid' END AS state
          FROM bench_case) AS one
  JOIN bench_car AS car USING (car);
