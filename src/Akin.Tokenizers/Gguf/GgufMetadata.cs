namespace Akin.Tokenizers.Gguf;

/// <summary>The named values of a GGUF file that a tokenizer needs: those whose names start with a prefix. The weights are not read.</summary>
internal sealed class GgufMetadata
{
    private readonly Dictionary<string, object> values;
    private readonly string file;

    private GgufMetadata(string file, Dictionary<string, object> values) => (this.file, this.values) = (file, values);

    /// <summary>Reads the values whose names start with a prefix.</summary>
    public static GgufMetadata Read(string file, string prefix)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
            GgufReader reader = new(stream, (place, problem) => new TokenizerFileException(file, place, problem));
            return new GgufMetadata(file, reader.ReadValues((name, _) => name.StartsWith(prefix, StringComparison.Ordinal)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerFileException(file, string.Empty, problem.Message, problem);
        }
    }

    /// <summary>A text, or null when there is none of this name.</summary>
    public string? OptionalString(string name) => Optional<string>(name, "a text");

    /// <summary>A text.</summary>
    public string String(string name) => OptionalString(name) ?? throw Missing(name);

    /// <summary>True, false, or null when there is none of this name.</summary>
    public bool? OptionalBool(string name) => values.ContainsKey(name) ? Optional<object>(name, "true or false") as bool? ?? throw Wrong(name, "true or false was expected") : null;

    /// <summary>A whole number from 0 to a limit, or null when there is none of this name.</summary>
    public int? OptionalInt(string name, int limit)
    {
        if (!values.TryGetValue(name, out object? value))
            return null;
        return value is long number && number >= 0 && number < limit ? (int)number : throw Wrong(name, $"a whole number from 0 to {limit - 1} was expected, found {value}");
    }

    /// <summary>A list, or null when there is none of this name.</summary>
    public T[]? OptionalList<T>(string name) => Optional<T[]>(name, $"a list of {typeof(T).Name}");

    /// <summary>A list.</summary>
    public T[] List<T>(string name) => OptionalList<T>(name) ?? throw Missing(name);

    public TokenizerFileException Wrong(string name, string problem) => new(file, name, problem);

    private TokenizerFileException Missing(string name) => Wrong(name, "the value is missing");

    private T? Optional<T>(string name, string expected)
        where T : class =>
        !values.TryGetValue(name, out object? value) ? null : value as T ?? throw Wrong(name, $"{expected} was expected, found {value.GetType().Name}");
}
