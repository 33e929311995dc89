using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.PreTokenizers;

/// <summary>What becomes of the delimiters where a text is cut.</summary>
public enum DelimiterBehavior
{
    /// <summary>They are dropped: <c>a-b</c> gives <c>a b</c>.</summary>
    Removed,

    /// <summary>Each is a piece of its own: <c>a - - b</c>.</summary>
    Isolated,

    /// <summary>Each ends the piece before it: <c>a- - b</c>.</summary>
    MergedWithPrevious,

    /// <summary>Each starts the piece after it: <c>a - -b</c>.</summary>
    MergedWithNext,

    /// <summary>Neighbouring ones are one piece: <c>a -- b</c>.</summary>
    Contiguous,
}

internal static class DelimiterBehaviorNames
{
    public static DelimiterBehavior Behavior(this JsonFields fields, string name, DelimiterBehavior absent)
    {
        string? value = fields.OptionalString(name);
        if (value is null)
            return absent;
        return Enum.TryParse(value, out DelimiterBehavior behavior) && behavior.ToString() == value
            ? behavior
            : throw fields.Refuse(name, $"unknown behaviour \"{value}\"; known: {string.Join(", ", Enum.GetNames<DelimiterBehavior>())}");
    }

    public static void WriteBehavior(this Utf8JsonWriter writer, DelimiterBehavior behavior) => writer.WriteString("behavior", behavior.ToString());
}
