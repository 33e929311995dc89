using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>What the index over fields is asked in place of a condition on a field.</summary>
/// <param name="Path">The path of the field.</param>
/// <param name="Ranges">A document with a key in one of them is found.</param>
/// <param name="FindsMissing">Whether documents without the field are found too.</param>
/// <param name="IsExact">Whether the documents found are those that fulfil the condition; otherwise some of them may not.</param>
internal sealed record FieldLookup(string Path, KeyRange[] Ranges, bool FindsMissing, bool IsExact)
{
    private static readonly KeyRange Everything = new([0], [byte.MaxValue]);

    /// <summary>The lookup for a condition; null when the index cannot tell anything about it.</summary>
    public static FieldLookup? For(FieldClause clause)
    {
        if (clause.ComparesFields || FieldEntries.PathOf(clause.Name) is not { } path)
        {
            return null;
        }

        switch (clause.Operator)
        {
            case FieldOperator.Exists:
                return clause.Operand!.GetValue<bool>() ? new FieldLookup(path, [Everything], FindsMissing: false, IsExact: true)
                    : new FieldLookup(path, [], FindsMissing: true, IsExact: true);
            case FieldOperator.Size:
                return Exactly(path, [KeyRange.Of(FieldKey.OfList(clause.Operand!.GetValue<int>()))]);
            case FieldOperator.Regex:
                return new FieldLookup(path, [KeyRange.OfKind(FieldKey.Text), KeyRange.OfKind(FieldKey.DateText)], FindsMissing: false, IsExact: false);
            case FieldOperator.In:
                JsonNode?[] values = [.. clause.Operand!.AsArray()];
                KeyRange[]?[] ranges = [.. values.Select(value => RangesOf(value, FieldOperator.Equal))];
                return ranges.Contains(null) ? null : new FieldLookup(path, [.. ranges.SelectMany(some => some!)], FindsMissing: values.Contains(null), IsExact: true);
            case FieldOperator.Equal when clause.Operand is null:
                return new FieldLookup(path, RangesOf(null, FieldOperator.Equal)!, FindsMissing: true, IsExact: true);
            case FieldOperator.Equal when clause.Operand is JsonArray or JsonObject:
                // Equal lists and objects are compared in the documents; only fields that have any can be.
                return new FieldLookup(path, [KeyRange.OfKind(FieldKey.List), KeyRange.OfKind(FieldKey.Object)], FindsMissing: false, IsExact: false);
            default:
                return RangesOf(clause.Operand, clause.Operator) is { } some ? Exactly(path, some) : null;
        }
    }

    private static FieldLookup Exactly(string path, KeyRange[] ranges) => new(path, ranges, FindsMissing: false, IsExact: true);

    /// <summary>Where the keys are that compare to a value as wanted, by the rules of <see cref="FieldValue"/>; null when keys do not tell.</summary>
    private static KeyRange[]? RangesOf(JsonNode? value, FieldOperator order)
    {
        if (value is null or JsonArray or JsonObject)
        {
            return order != FieldOperator.Equal ? [] : value is null ? [KeyRange.OfKind(FieldKey.NullItem)] : null; // what has no order is neither less nor greater
        }

        if (FieldValue.Text(value) is { } text)
        {
            if (text.Length >= FieldKey.MostUnits)
            {
                return null;
            }

            // A date is compared with dates as a moment, with other texts letter by letter.
            KeyRange plain = KeyRange.Ordered(FieldKey.OfText(FieldKey.Text, text), order);
            return FieldValue.Date(text) is { } date
                ? [plain, KeyRange.Ordered(FieldKey.OfMoment(date), order)]
                : [plain, KeyRange.Ordered(FieldKey.OfText(FieldKey.DateText, text), order)];
        }

        decimal number = FieldValue.Number(value)!.Value;
        List<KeyRange> ranges = [KeyRange.Ordered(FieldKey.OfNumber(number), order)];
        ranges.AddRange(from truth in (bool[])[false, true] where Holds((truth ? 1m : 0m).CompareTo(number), order) select KeyRange.Of(FieldKey.OfTruth(truth)));
        return [.. ranges];
    }

    private static bool Holds(int comparison, FieldOperator order) => order switch
    {
        FieldOperator.Greater => comparison > 0,
        FieldOperator.GreaterOrEqual => comparison >= 0,
        FieldOperator.Less => comparison < 0,
        FieldOperator.LessOrEqual => comparison <= 0,
        _ => comparison == 0,
    };
}
