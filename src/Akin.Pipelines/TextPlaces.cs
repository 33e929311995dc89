using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>Places in a string in the unit that was asked for.</summary>
internal sealed class TextPlaces
{
    private readonly int[]? _codePointAt; // null where both units are the same

    public TextPlaces(string text, OffsetUnit unit)
    {
        if (unit == OffsetUnit.Utf16 || !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return;
        }

        _codePointAt = new int[text.Length + 1];
        for (int i = 0; i < text.Length; i++)
        {
            _codePointAt[i + 1] = _codePointAt[i] + (char.IsLowSurrogate(text[i]) ? 0 : 1);
        }
    }

    /// <summary>The place of an index into the string.</summary>
    public int this[int index] => _codePointAt is null ? index : _codePointAt[index];
}
