using System.Text.Json.Nodes;
using Akin.Search.Filters;
using Akin.Search.Graph;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>
/// Finds documents by their fields in one view of the store. What the index over fields can tell is asked of it, one lookup for each condition; the rest is asked of the
/// documents that may still be found. The answer is the one that <see cref="DocumentFilter.Matches(Document)"/> would give for each.
/// </summary>
internal sealed class FieldReader(DocumentStore store, SqliteConnection connection, SqliteTransaction view, CancellationToken cancellationToken)
{
    private KeySet? _unindexed;
    private KeySet? _all;

    /// <summary>Documents that have no fields in the index.</summary>
    private KeySet Unindexed => _unindexed ??= Rows("SELECT row FROM unindexed");

    /// <summary>All other documents.</summary>
    private KeySet All
    {
        get
        {
            if (_all is null)
            {
                _all = Rows("SELECT row FROM documents");
                _all.ExceptWith(Unindexed);
            }

            return _all;
        }
    }

    public KeySet RowsOf(FilterClause clause)
    {
        KeySet found = Narrow(clause, within: null);
        found.UnionWith(Tested(clause, Unindexed));
        return found;
    }

    public List<FacetValue> FacetOf(string field, KeySet? rows)
    {
        Dictionary<string, (byte[] Key, long Count)> counts = [];
        if (FieldEntries.PathOf(field) is not { } path)
        {
            CountIn(field, rows ?? Rows("SELECT row FROM documents"), counts);
        }
        else
        {
            using SqliteCommand find = StoreDatabase.Command(
                connection,
                "SELECT key, row FROM fields WHERE path = (SELECT path FROM paths WHERE name = $name)",
                view,
                ("$name", SqliteType.Text));
            find.Parameters["$name"].Value = path;
            using SqliteDataReader entry = find.ExecuteReader();
            while (entry.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (rows is null || rows.Contains(entry.GetInt64(1)))
                {
                    Count(entry.GetFieldValue<byte[]>(0), counts);
                }
            }

            KeySet others = Unindexed.Copy();
            if (rows is not null)
            {
                others.IntersectWith(rows);
            }

            CountIn(field, others, counts);
        }

        return
        [
            .. from count in counts.Values
               orderby count.Count descending, Convert.ToHexString(count.Key)
               select new FacetValue(FieldKey.Value(count.Key)!.AsValue(), count.Count),
        ];
    }

    /// <summary>Whether the fields kept for a document are those of its metadata.</summary>
    public bool AreThoseOf(long row, string? metadata)
    {
        if (Unindexed.Contains(row))
        {
            return true;
        }

        using SqliteCommand find = StoreDatabase.Command(
            connection, "SELECT p.name, f.key FROM fields f JOIN paths p USING (path) WHERE f.row = $row", view, ("$row", SqliteType.Integer));
        find.Parameters["$row"].Value = row;
        using SqliteDataReader entry = find.ExecuteReader();
        HashSet<string> kept = [];
        while (entry.Read())
        {
            kept.Add($"{entry.GetString(0)}\n{Convert.ToHexString(entry.GetFieldValue<byte[]>(1))}");
        }

        return FieldEntries.Of(metadata) is { } entries && kept.SetEquals(entries.Select(own => $"{own.Path}\n{Convert.ToHexString(own.Key)}"));
    }

    /// <summary>The rows for which a clause holds, in a set that is the caller's.</summary>
    /// <param name="clause">The clause.</param>
    /// <param name="within">The rows that are asked; null for all.</param>
    private KeySet Narrow(FilterClause clause, KeySet? within)
    {
        switch (clause)
        {
            case AllOf all:
                // What the index tells comes first: documents are looked at when few are left.
                foreach (FilterClause part in all.Clauses.OrderBy(Effort))
                {
                    within = Narrow(part, within);
                }

                return all.Clauses.Length > 0 ? within! : (within ?? All).Copy();
            case AnyOf any:
                KeySet found = new();
                foreach (FilterClause part in any.Clauses.OrderBy(Effort))
                {
                    if (Effort(part) == 0)
                    {
                        found.UnionWith(Narrow(part, within));
                        continue;
                    }

                    KeySet open = (within ?? All).Copy();
                    open.ExceptWith(found);
                    found.UnionWith(Narrow(part, open));
                }

                return found;
            case NoneOf none:
                KeySet rest = (within ?? All).Copy();
                rest.ExceptWith(Narrow(none.Clause, within));
                return rest;
            default:
                return Narrow((FieldClause)clause, within);
        }
    }

    private KeySet Narrow(FieldClause clause, KeySet? within)
    {
        KeySet found;
        if (IdsOf(clause) is { } ids)
        {
            found = Rows("SELECT row FROM documents WHERE id = $value", ids);
            found.ExceptWith(Unindexed);
        }
        else if (FieldLookup.For(clause) is not { } lookup)
        {
            return Tested(clause, within ?? All);
        }
        else
        {
            found = Rows(lookup);
            if (!lookup.IsExact)
            {
                if (within is not null)
                {
                    found.IntersectWith(within);
                }

                return Tested(clause, found);
            }
        }

        if (within is not null)
        {
            found.IntersectWith(within);
        }

        return found;
    }

    /// <summary>How much of a clause is asked of the documents: 0 nothing, 1 of those that have the field, 2 of all.</summary>
    private static int Effort(FilterClause clause) => clause switch
    {
        AllOf all => all.Clauses.Select(Effort).DefaultIfEmpty().Max(),
        AnyOf any => any.Clauses.Select(Effort).DefaultIfEmpty().Max(),
        NoneOf none => Effort(none.Clause),
        FieldClause field => IdsOf(field) is not null ? 0 : FieldLookup.For(field) is not { } lookup ? 2 : lookup.IsExact ? 0 : 1,
        _ => 2,
    };

    /// <summary>The identifiers that a clause asks for; null when it asks for something else, or for dates, which may be written in several ways.</summary>
    private static string[]? IdsOf(FieldClause clause)
    {
        if (clause.Name != "id" || clause.ComparesFields || clause.Operator is not (FieldOperator.Equal or FieldOperator.In))
        {
            return null;
        }

        JsonNode?[] wanted = clause.Operator == FieldOperator.Equal ? [clause.Operand] : [.. clause.Operand!.AsArray()];
        string?[] ids = Array.ConvertAll(wanted, FieldValue.Text);
        return Array.Exists(ids, id => id is not null && FieldValue.Date(id) is not null) ? null : [.. ids.OfType<string>()];
    }

    private KeySet Rows(FieldLookup lookup)
    {
        KeySet found = new();
        if (lookup.FindsMissing)
        {
            found = All.Copy();
            found.ExceptWith(Rows(lookup.Path, [new KeyRange([0], [byte.MaxValue])]));
        }

        found.UnionWith(Rows(lookup.Path, lookup.Ranges));
        return found;
    }

    private KeySet Rows(string path, KeyRange[] ranges)
    {
        KeySet found = new();
        using SqliteCommand find = StoreDatabase.Command(
            connection,
            "SELECT row FROM fields WHERE path = (SELECT path FROM paths WHERE name = $name) AND key >= $first AND key < $end",
            view,
            ("$name", SqliteType.Text), ("$first", SqliteType.Blob), ("$end", SqliteType.Blob));
        find.Parameters["$name"].Value = path;
        foreach (KeyRange range in ranges)
        {
            find.Parameters["$first"].Value = range.First;
            find.Parameters["$end"].Value = range.End;
            AddRows(find, found);
        }

        return found;
    }

    private KeySet Rows(string sql, params ReadOnlySpan<string> values)
    {
        KeySet found = new();
        using SqliteCommand find = StoreDatabase.Command(connection, sql, view);
        if (!sql.Contains('$'))
        {
            AddRows(find, found);
            return found;
        }

        SqliteParameter parameter = find.Parameters.Add("$value", SqliteType.Text);
        foreach (string value in values)
        {
            parameter.Value = value;
            AddRows(find, found);
        }

        return found;
    }

    private void AddRows(SqliteCommand find, KeySet found)
    {
        using SqliteDataReader row = find.ExecuteReader();
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            found.Add(row.GetInt64(0));
        }
    }

    /// <summary>The rows whose documents, looked at themselves, fulfil a clause.</summary>
    private KeySet Tested(FilterClause clause, KeySet rows)
    {
        KeySet found = new();
        foreach ((long row, Document document) in Documents(rows))
        {
            if (clause.Holds(FieldObject.Of(document)))
            {
                found.Add(row);
            }
        }

        return found;
    }

    private void CountIn(string field, KeySet rows, Dictionary<string, (byte[] Key, long Count)> counts)
    {
        foreach ((_, Document document) in Documents(rows))
        {
            JsonNode? value = document.Field(field);
            IEnumerable<JsonNode?> values = value is JsonArray list ? list : Enumerable.Repeat(value, 1);
            foreach (byte[] key in values.SelectMany(FieldKey.Of).DistinctBy(Convert.ToHexString))
            {
                Count(key, counts);
            }
        }
    }

    private static void Count(byte[] key, Dictionary<string, (byte[] Key, long Count)> counts)
    {
        if (FieldKey.Value(key) is not null)
        {
            string name = Convert.ToHexString(key);
            counts[name] = (key, counts.GetValueOrDefault(name).Count + 1);
        }
    }

    private IEnumerable<(long Row, Document Document)> Documents(KeySet rows)
    {
        using SqliteCommand find = StoreDatabase.Command(
            connection, $"SELECT {DocumentStore.DocumentColumns} FROM documents WHERE row = $row", view, ("$row", SqliteType.Integer));
        foreach (long wanted in rows.Keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            find.Parameters["$row"].Value = wanted;
            using SqliteDataReader row = find.ExecuteReader();
            if (row.Read())
            {
                yield return (wanted, store.DocumentOf(row));
            }
        }
    }
}
