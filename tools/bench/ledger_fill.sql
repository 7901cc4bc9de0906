-- Ledgers of several stores, filled evenly over the years: every car is renewed once a year with the same store.
-- Parameters: entries, cars (entries / years), stores and insurers (ids), sellers (ids), model (id), first_day, days.

CREATE TEMP TABLE bench_car ON COMMIT DROP AS
SELECT car, nextval('res_partner_id_seq') AS partner_id, nextval('fleet_vehicle_id_seq') AS vehicle_id
  FROM generate_series(0, %(cars)s - 1) AS car;

INSERT INTO res_partner (id, name, complete_name, active, type, autopost_bills, phone, create_date)
SELECT partner_id, '客户' || car, '客户' || car, TRUE, 'contact', 'ask', '139' || lpad(car::text, 8, '0'), now()
  FROM bench_car;

INSERT INTO fleet_vehicle (id, name, model_id, license_plate, vin_sn, owner_id, active, use_type, fuel_type,
                           odometer_unit, power_unit, co2_emission_unit, range_unit)
SELECT vehicle_id, '', %(model)s, '赣B' || lpad(car::text, 6, '0'), 'LTSBENCH0TA' || lpad(car::text, 6, '0'),
       partner_id, TRUE, 'private', 'gasoline', 'kilometers', 'power', 'g/km', 'km'
  FROM bench_car;

CREATE TEMP TABLE bench_entry ON COMMIT DROP AS
SELECT nextval('insurance_ledger_entry_id_seq') AS id, g, g %% %(cars)s AS car,
       (%(stores)s)[1 + g %% cardinality(%(stores)s)] AS company_id,
       (%(insurers)s)[1 + (g / cardinality(%(stores)s)) %% cardinality(%(insurers)s)] AS insurer_id,
       (%(sellers)s)[1 + g %% cardinality(%(sellers)s)] AS seller_id,
       %(first_day)s::date + (g::bigint * %(days)s / %(entries)s)::int AS day
  FROM generate_series(0, %(entries)s - 1) AS g;

INSERT INTO insurance_ledger (company_id, insurer_id, year, business)
SELECT DISTINCT company_id, insurer_id, extract(year FROM day)::int, 'all' FROM bench_entry
    ON CONFLICT DO NOTHING;

INSERT INTO insurance_ledger_entry (
       id, company_id, insurer_id, ledger_id, number, vehicle_id, owner_id, applicant_id, insured_id, salesperson_id,
       clerk_id, entry_type, state, plate, use_type, business_type, history_type, issue_date, start_date, end_date,
       compulsory_premium, commercial_premium, non_motor_premium, premium_total, vehicle_tax, vehicle_tax_total,
       discount_total, discount_rate, benefit_cost, commission_total, margin, amount_due, amount_received,
       vehicle_count, renewal_count, is_signed, has_number_missing, is_new_energy, is_transferred, remark,
       registered_on, create_date)
SELECT entry.id, entry.company_id, entry.insurer_id, ledger.id,
       COALESCE(ledger.last_number, 0) + row_number() OVER (PARTITION BY ledger.id ORDER BY entry.day, entry.id),
       car.vehicle_id, car.partner_id, car.partner_id, car.partner_id, entry.seller_id, entry.seller_id, 'policy',
       'registered', '赣B' || lpad(car.car::text, 6, '0'), 'private', CASE WHEN entry.g < %(cars)s THEN 'new' ELSE 'r_ren' END,
       'r_ren', entry.day, entry.day + 10, entry.day + 374, 950, 3120.55, 0, 4070.55, 420, 420, 300, 0.0961, 200,
       662.11, 462.11, 4490.55, 4490.55, 1, 1, entry.day < %(first_day)s::date + %(days)s - 45, FALSE, FALSE, FALSE,
       CASE WHEN entry.g %% 10 = 0 THEN '客户要求电子保单, 月底前送达' END, entry.day, entry.day
  FROM bench_entry AS entry
  JOIN bench_car AS car USING (car)
  JOIN insurance_ledger AS ledger ON ledger.company_id = entry.company_id AND ledger.insurer_id = entry.insurer_id
       AND ledger.year = extract(year FROM entry.day) AND ledger.business = 'all';

UPDATE insurance_ledger AS ledger SET last_number = entry.last
  FROM (SELECT ledger_id, max(number) AS last FROM insurance_ledger_entry GROUP BY ledger_id) AS entry
 WHERE entry.ledger_id = ledger.id;

INSERT INTO insurance_policy (
       entry_id, company_id, insurer_id, vehicle_id, entry_type, product, sequence, policy_no, application_no, status,
       start_date, end_date, premium, standard_premium, ncd_factor, autonomy_factor, third_party_limit,
       commission_rate, commission_basis, vat_rate, commission, has_damage)
SELECT entry.id, entry.company_id, entry.insurer_id, car.vehicle_id, 'policy', kind.product, kind.sequence,
       kind.prefix || to_char(entry.day, 'YYYY') || lpad((entry.g::bigint * 982451653 %% 1000000000000)::text, 14, '0'),
       'T' || kind.prefix || lpad((entry.g::bigint * 573259391 %% 1000000000000)::text, 17, '0'), 'valid',
       entry.day + 10, entry.day + 374, kind.premium, kind.premium, 0.85, 1, kind.third_party, kind.rate, 'gross', 0.06,
       kind.premium * kind.rate, kind.third_party IS NOT NULL
  FROM bench_entry AS entry
  JOIN bench_car AS car USING (car)
 CROSS JOIN (VALUES ('compulsory', 1, 'PDZA', 950.00, NULL::numeric, 0.04),
                    ('commercial', 2, 'PDAA', 3120.55, 2000000, 0.20))
       AS kind (product, sequence, prefix, premium, third_party, rate);

ANALYZE insurance_ledger;
ANALYZE insurance_ledger_entry;
ANALYZE insurance_policy;
ANALYZE fleet_vehicle;
ANALYZE res_partner;
