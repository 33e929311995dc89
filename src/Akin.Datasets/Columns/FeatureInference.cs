using System.Collections;

namespace Akin.Datasets.Columns;

/// <summary>Finds the type of a column from its values.</summary>
internal static class FeatureInference
{
    /// <summary>The type of a .NET value.</summary>
    /// <exception cref="DatasetException">No column can hold it.</exception>
    public static Feature Of(object? value) => value switch
    {
        null => Value.Null,
        string => Value.String,
        bool => Value.Boolean,
        long => Value.Int64,
        int => Value.Int32,
        double => Value.Float64,
        float => Value.Float32,
        short => new Value(ScalarType.Int16),
        sbyte => new Value(ScalarType.Int8),
        byte => new Value(ScalarType.UInt8),
        ushort => new Value(ScalarType.UInt16),
        uint => new Value(ScalarType.UInt32),
        ulong => new Value(ScalarType.UInt64),
        Half => new Value(ScalarType.Float16),
        byte[] => new Value(ScalarType.Binary),
        long[] => new ListFeature(Value.Int64),
        int[] => new ListFeature(Value.Int32),
        float[] => new ListFeature(Value.Float32),
        double[] => new ListFeature(Value.Float64),
        bool[] => new ListFeature(Value.Boolean),
        IReadOnlyDictionary<string, object?> row => new StructFeature(new Features(row.Select(field => KeyValuePair.Create(field.Key, Of(field.Value))))),
        IEnumerable<string?> => new ListFeature(Value.String),
        IEnumerable items => new ListFeature(items.Cast<object?>().Select(Of).Aggregate((Feature)Value.Null, Join)),
        _ => throw new DatasetException($"a value of type {value.GetType().Name} cannot be stored; a column holds numbers, booleans, strings, bytes, lists and RowValues."),
    };

    /// <summary>The type that holds what both hold.</summary>
    /// <exception cref="DatasetException">There is none.</exception>
    public static Feature Join(Feature left, Feature right) =>
        TryJoin(left, right) ?? throw new DatasetException($"one value is {left}, another {right}; name the column's type in Features.");

    /// <summary>The type that holds what both hold, or null.</summary>
    public static Feature? TryJoin(Feature left, Feature right)
    {
        if (left == right || right is Value { Type: ScalarType.Null })
        {
            return left;
        }

        return (left, right) switch
        {
            (Value { Type: ScalarType.Null }, _) => right,
            (ListFeature a, ListFeature b) => TryJoin(a.Item, b.Item) is { } item ? new ListFeature(item) : null,
            (StructFeature a, StructFeature b) => JoinStructs(a, b),
            (Value a, Value b) => JoinValues(a, b),
            _ => null,
        };
    }

    private static StructFeature? JoinStructs(StructFeature left, StructFeature right)
    {
        Features fields = left.Fields;
        foreach ((string name, Feature feature) in right.Fields)
        {
            Feature? joined = fields.TryGetValue(name, out Feature? known) ? TryJoin(known, feature) : feature;
            if (joined is null)
            {
                return null;
            }

            fields = fields.With(name, joined);
        }

        return new StructFeature(fields);
    }

    private static Value? JoinValues(Value left, Value right)
    {
        (int leftRank, int rightRank) = (IntegerRank(left.Type), IntegerRank(right.Type));
        if (leftRank > 0 && rightRank > 0)
        {
            return leftRank >= rightRank ? left : right;
        }

        bool leftFloat = left.Type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64;
        bool rightFloat = right.Type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64;
        if ((leftFloat || leftRank > 0) && (rightFloat || rightRank > 0))
        {
            return Value.Float64;
        }

        bool leftText = left.Type is ScalarType.String or ScalarType.LargeString;
        bool rightText = right.Type is ScalarType.String or ScalarType.LargeString;
        return leftText && rightText ? new Value(ScalarType.LargeString) : null;
    }

    private static int IntegerRank(ScalarType type) => type switch
    {
        ScalarType.Int8 => 1,
        ScalarType.Int16 => 2,
        ScalarType.Int32 => 3,
        ScalarType.Int64 => 4,
        _ => 0,
    };
}
