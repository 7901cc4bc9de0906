import json
from collections import defaultdict
from itertools import repeat

from odoo import api, models
from odoo.tools import SQL

FEW = 20  # fewer alike records than this are created the ordinary way


class InsuranceImportHandler(models.AbstractModel):
    """Creating thousands of alike records in the time that an import may take."""

    _inherit = 'insurance.import.handler'

    @api.model
    def _create_many(self, model, vals_list, alike=(), ahead=()):
        """Create records as `model.create` does, the bulk of them as copies of the first.

        The first of each group is created the ordinary way, with all defaults and hooks. The others are inserted by
        one statement as its copies with their own values; whatever is computed from these values is recomputed and
        whatever is constrained is checked by the ORM, as is the right to create. Only code that other addons hang on
        `create` itself sees the first record of a group alone: an import of plain people, cars and cases needs none.

        :param model: the recordset's model, with the user's rights
        :param vals_list: values of stored fields with a column, missing ones meaning none
        :param alike: names whose values separate the groups (what most is computed from)
        :param ahead: names of stored computed fields that follow from the given values and from records on file alone:
            computed before the records are inserted, where the others are written a second time
        :return: the records, in the order of `vals_list`
        """
        names = sorted({name for vals in vals_list for name in vals})
        complete = [{name: vals.get(name, False) for name in names} for vals in vals_list]
        groups = defaultdict(list)
        for position, vals in enumerate(complete):
            groups[tuple(vals[name] for name in alike if name in vals)].append(position)
        ids = [None] * len(complete)
        for positions in groups.values():
            group = [complete[position] for position in positions]
            made = model.create([dict(vals) for vals in (group if len(group) < FEW else group[:1])])
            if len(group) >= FEW:
                made += self._copy_rows(made, group, ahead)
            for position, record in zip(positions, made, strict=True):
                ids[position] = record.id
        return model.browse(ids)

    @api.model
    def _copy_rows(self, first, group, ahead):
        """Insert the records of `group[1:]` as copies of `first` with their own values."""
        model = first.browse()
        varying = [name for name in group[0] if any(vals[name] != group[0][name] for vals in group)]
        given = [model._fields[name] for name in group[0]]
        computed = [
            field for name in ahead for field in model.pool.field_computed[model._fields[name]]
            if field.store and field.name not in group[0]
        ]
        first.flush_recordset()
        copies = model.browse(record_id for record_id, in self.env.execute_query(SQL(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", f'{model._table}_id_seq', len(group) - 1)))
        self._remember(first, copies, group, computed)
        with self.env.protecting(given, copies):
            values = {name: [vals[name] for vals in group[1:]] for name in varying}
            values.update(self._compute_ahead(copies, computed))
            self._insert_copies(first, copies, values)
        with self.env.protecting([*given, *computed], copies):  # what is given wins over what would be computed
            copies.modified(values, create=True)
        copies._validate_fields(values)
        copies.check_access('create')
        return copies

    @api.model
    def _compute_ahead(self, copies, computed):
        """Return `{name: values}` of fields of records that are only in the cache yet."""
        for field in computed:
            field.compute_value(copies)
            if field in self.env._field_dirty:  # it is inserted with the record
                self.env._field_dirty[field].difference_update(copies._ids)
        return {field.name: [field._get_cache(copies.env)[record_id] for record_id in copies._ids]
                for field in computed}

    @api.model
    def _insert_copies(self, first, copies, values):
        """Insert records with ids of their own as copies of `first`.

        :param values: `{name: list of values}` of what differs, in the order of `copies`
        """
        model = first.browse()
        columns, sources = self._get_copied_columns(first, values)
        self.env.execute_query(SQL(
            """
            INSERT INTO %(table)s (id, %(columns)s)
            SELECT row.id, %(sources)s
              FROM jsonb_to_recordset(%(payload)s::jsonb) AS row(%(types)s), %(table)s template
             WHERE template.id = %(first)s
            """,
            payload=self._to_payload(copies, values), types=self._get_types(model, values),
            table=SQL.identifier(model._table),
            columns=SQL(", ").join(map(SQL.identifier, columns)), sources=SQL(", ").join(sources), first=first.id,
        ))

    @api.model
    def _flush_many(self, records):
        """Write in one statement what was changed and computed of records, as flushing them does.

        The ORM takes a hundred records at a time and looks up the currency of each amount again.
        """
        dirty = self.env._field_dirty
        fields = [field for field in records._fields.values() if not set(records._ids).isdisjoint(dirty.get(field, ()))]
        values = {}
        for field in fields:
            known = field._get_cache(records.env)
            if field.translate or field.company_dependent or not all(map(known.__contains__, records._ids)):
                records.flush_recordset()
                return
            values[field.name] = [known[record_id] for record_id in records._ids]
        if not values:
            return
        values.setdefault('write_uid', [self.env.uid] * len(records))
        values.setdefault('write_date', [self.env.cr.now()] * len(records))
        self.env.cr.execute(SQL(
            "UPDATE %s AS written SET %s FROM jsonb_to_recordset(%s::jsonb) AS row(%s) WHERE written.id = row.id",
            SQL.identifier(records._table),
            SQL(", ").join(SQL("%s = row.%s", SQL.identifier(name), SQL.identifier(name)) for name in values),
            self._to_payload(records, values), self._get_types(records, values),
        ))
        for field in fields:
            dirty[field].difference_update(records._ids)

    @api.model
    def _get_types(self, model, names):
        """Return the SQL of id and columns with their types, as the JSON of `_to_payload` is taken apart by."""
        return SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(model._fields[name].column_type[1])) for name in ('id', *names)  # pylint: disable=sql-injection
        )

    @api.model
    def _remember(self, first, copies, group, computed):
        """Put into the cache what the copies hold, as `create` does; not what is computed for each of them.

        Reading it back would write everything still to be computed first, several times over; and what is computed as
        the first record has it need not be written at all.
        """
        for name, field in first._fields.items():
            if field.store and field.type == 'one2many':
                field._insert_cache(copies, repeat(()))
            if not field.store or not field.column_type or field.translate or field in computed or name == 'id':
                continue
            known = field._get_cache(first.env)
            if name in group[0]:
                values = [field.convert_to_cache(vals[name], first, validate=False) for vals in group[1:]]
            elif first.id not in known:
                continue
            elif self._is_itself(first, field):
                values = copies.ids
            else:
                values = [known[first.id]] * len(copies)
            field._insert_cache(copies, values)
            if field.type == 'many2one' and first.pool.field_inverses[field]:
                self._remember_inverses(field, copies, values)

    @api.model
    def _remember_inverses(self, field, copies, values):
        """Add the copies to the lists, as far as these are in the cache, of the records they refer to."""
        referring = defaultdict(list)
        for record_id, value in zip(copies.ids, values, strict=True):
            referring[value].append(record_id)
        for value, record_ids in referring.items():
            field._update_inverses(copies.browse(record_ids), value)

    @api.model
    def _is_itself(self, first, field):
        """Tell whether a record refers to itself by `field` (a company its own head office): its copies do likewise."""
        return field.type == 'many2one' and field.comodel_name == first._name and first[field.name] == first

    @api.model
    def _get_copied_columns(self, first, own):
        """Return the stored columns of a record, and the SQL of what each holds in a copy of it.

        :param own: names of the columns in which the copies differ
        """
        columns = [
            name for name, field in first._fields.items() if field.store and field.column_type and name != 'id'
        ]
        return columns, [
            SQL("row.%s", SQL.identifier(name)) if name in own
            else SQL("row.id") if self._is_itself(first, first._fields[name])
            else SQL("template.%s", SQL.identifier(name))
            for name in columns
        ]

    @api.model
    def _to_payload(self, copies, values):
        """Return the ids and values as JSON, each as its column holds it."""
        def plain(field, value):
            if value is None or value is False and field.type != 'boolean':
                return None
            return str(value) if field.type in ('date', 'datetime') else value

        columns = [
            [plain(copies._fields[name], value) for value in column] for name, column in values.items()
        ]
        names = ('id', *values)
        return json.dumps([dict(zip(names, row, strict=True)) for row in zip(copies.ids, *columns, strict=True)])
