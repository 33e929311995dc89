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
}
