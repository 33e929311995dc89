using System.Text.Json;
using Xunit.Sdk;

namespace Akin.Tokenizers.Tests;

/// <summary>Equality of lists that says which record differs.</summary>
internal static class Same
{
    public static void Lists<T>(string where, IReadOnlyList<T> expected, IReadOnlyList<T> actual)
    {
        if (!expected.SequenceEqual(actual))
            throw new XunitException($"{where}\nexpected {JsonSerializer.Serialize(expected)}\nactual   {JsonSerializer.Serialize(actual)}");
    }

    public static void Values<T>(string where, T expected, T actual)
    {
        if (!Equals(expected, actual))
            throw new XunitException($"{where}\nexpected {JsonSerializer.Serialize(expected)}\nactual   {JsonSerializer.Serialize(actual)}");
    }
}
