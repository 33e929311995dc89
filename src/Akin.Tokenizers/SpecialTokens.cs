namespace Akin.Tokenizers;

/// <summary>The special tokens by what they are for. Any may be missing.</summary>
public sealed record SpecialTokens
{
    /// <summary>Starts a text in generation.</summary>
    public string? Beginning { get; init; }

    /// <summary>Ends a text in generation.</summary>
    public string? End { get; init; }

    /// <summary>Stands for what the vocabulary lacks.</summary>
    public string? Unknown { get; init; }

    /// <summary>Separates two texts.</summary>
    public string? Separator { get; init; }

    /// <summary>Fills up short sequences.</summary>
    public string? Padding { get; init; }

    /// <summary>Comes first; its vector stands for the whole text.</summary>
    public string? Classification { get; init; }

    /// <summary>Hides a token that the model is to guess.</summary>
    public string? Mask { get; init; }

    /// <summary>Further special tokens.</summary>
    public IReadOnlyList<string> Additional { get; init; } = [];

    /// <summary>The tokens with their names in Hugging Face files, those that are there.</summary>
    public IEnumerable<(string Name, string Token)> Named
    {
        get
        {
            (string Name, string? Token)[] all =
            [
                ("bos_token", Beginning), ("cls_token", Classification), ("eos_token", End), ("mask_token", Mask),
                ("pad_token", Padding), ("sep_token", Separator), ("unk_token", Unknown),
            ];
            return all.Where(static item => item.Token is not null).Select(static item => (item.Name, item.Token!));
        }
    }

    /// <summary>The tokens in the order in which Python gives ids to those that the vocabulary lacks.</summary>
    internal IEnumerable<(string Name, string Token)> InOrder
    {
        get
        {
            string[] order = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];
            return Named.OrderBy(item => Array.IndexOf(order, item.Name));
        }
    }

    /// <summary>What becomes of each token; null leaves it out.</summary>
    internal SpecialTokens Select(Func<string, string?> select)
    {
        string? Of(string? token) => token is null ? null : select(token);
        return new SpecialTokens
        {
            Beginning = Of(Beginning),
            End = Of(End),
            Unknown = Of(Unknown),
            Separator = Of(Separator),
            Padding = Of(Padding),
            Classification = Of(Classification),
            Mask = Of(Mask),
            Additional = [.. Additional.Select(select).OfType<string>()],
        };
    }

    /// <summary>These tokens, and others where there is none.</summary>
    internal SpecialTokens OrElse(SpecialTokens other) => new()
    {
        Beginning = Beginning ?? other.Beginning,
        End = End ?? other.End,
        Unknown = Unknown ?? other.Unknown,
        Separator = Separator ?? other.Separator,
        Padding = Padding ?? other.Padding,
        Classification = Classification ?? other.Classification,
        Mask = Mask ?? other.Mask,
        Additional = Additional.Count > 0 ? Additional : other.Additional,
    };
}
