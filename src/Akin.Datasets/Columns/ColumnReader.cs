using System.Numerics;
using System.Runtime.CompilerServices;

namespace Akin.Datasets.Columns;

/// <summary>Reads values as the .NET type asked for.</summary>
internal static class ColumnReader
{
    /// <exception cref="InvalidCastException">The value cannot be given as <typeparamref name="T"/>; the message says why.</exception>
    public static T Read<T>(ColumnData column, int index)
    {
        T value = ReadValue<T>(column, index);

        // See ColumnData: a mapped file stays until the value is copied out.
        GC.KeepAlive(column);
        return value;
    }

    private static T ReadValue<T>(ColumnData column, int index)
    {
        if (column.IsNull(index))
        {
            return default(T) is null
                ? default!
                : throw new InvalidCastException($"the value is null; read it as {typeof(T).Name}?.");
        }

        if (column is FixedWidthColumn fixedWidth)
        {
            if (typeof(T) == typeof(long) && fixedWidth.ByteWidth == sizeof(long) && fixedWidth.Type == ScalarType.Int64)
            {
                return Bits<long, T>(fixedWidth.Read<long>(index));
            }

            if (typeof(T) == typeof(int) && fixedWidth.Type == ScalarType.Int32)
            {
                return Bits<int, T>(fixedWidth.Read<int>(index));
            }

            if (typeof(T) == typeof(float) && fixedWidth.Type == ScalarType.Float32)
            {
                return Bits<float, T>(fixedWidth.Read<float>(index));
            }

            if (typeof(T) == typeof(double) && fixedWidth.Type == ScalarType.Float64)
            {
                return Bits<double, T>(fixedWidth.Read<double>(index));
            }
        }

        object value = column[index]!;
        return value is T same ? same : Convert<T>(value, column.Feature);
    }

    private static TTo Bits<TFrom, TTo>(TFrom value) => Unsafe.As<TFrom, TTo>(ref value);

    private static T Convert<T>(object value, Feature feature)
    {
        Type type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        object? converted = null;
        try
        {
            converted =
                type == typeof(long) ? Integer<long>(value)
                : type == typeof(int) ? Integer<int>(value)
                : type == typeof(double) ? Number(value)
                : type == typeof(float) ? (float?)Number(value)
                : type == typeof(bool) && Integer<long>(value) is 0 or 1 ? (bool?)(Integer<long>(value) == 1)
                : type == typeof(string) && feature is ClassLabel label && value is long number ? (number == -1 ? null : label.NameOf(number))
                : value is not Array items ? null
                : type == typeof(long[]) ? Items(items, Integer<long>)
                : type == typeof(int[]) ? Items(items, Integer<int>)
                : type == typeof(double[]) ? Items(items, Number)
                : type == typeof(float[]) ? Items(items, item => (float?)Number(item))
                : type == typeof(string[]) ? Texts(items, feature)
                : type == typeof(object[]) ? items.Cast<object?>().ToArray()
                : null;
        }
        catch (OverflowException exception)
        {
            throw new InvalidCastException($"{value} does not fit {type.Name}.", exception);
        }

        return converted is T result ? result : throw new InvalidCastException($"the column holds {feature}, which cannot be read as {type.Name}.");
    }

    /// <summary>A whole number of any kind as another kind; null when it is none.</summary>
    public static T? Integer<T>(object? value)
        where T : struct, INumberBase<T> => value switch
        {
            long number => T.CreateChecked(number),
            int number => T.CreateChecked(number),
            short number => T.CreateChecked(number),
            sbyte number => T.CreateChecked(number),
            byte number => T.CreateChecked(number),
            ushort number => T.CreateChecked(number),
            uint number => T.CreateChecked(number),
            ulong number => T.CreateChecked(number),
            _ => null,
        };

    private static double? Number(object? value) => value switch
    {
        double number => number,
        float number => number,
        Half number => (double)number,
        _ => Integer<long>(value),
    };

    private static T[]? Items<T>(Array items, Func<object?, T?> convert)
        where T : struct
    {
        T[] converted = new T[items.Length];
        for (int index = 0; index < converted.Length; index++)
        {
            if (convert(items.GetValue(index)) is not { } item)
            {
                return null;
            }

            converted[index] = item;
        }

        return converted;
    }

    private static string?[]? Texts(Array items, Feature feature)
    {
        if (feature is not ListFeature { Item: ClassLabel label })
        {
            return null;
        }

        return [.. items.Cast<object?>().Select(item => item is long number and not -1 ? label.NameOf(number) : null)];
    }
}
