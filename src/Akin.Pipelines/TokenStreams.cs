using System.Runtime.CompilerServices;
using Akin.Tokenizers;

namespace Akin.Pipelines;

/// <summary>What a model writes, while it writes.</summary>
internal static class TokenStreams
{
    /// <summary>Turns tokens into text and gives it as soon as it is whole characters.</summary>
    public static async IAsyncEnumerable<string> DecodeAsync(
        this IAsyncEnumerable<int> tokens, Tokenizer tokenizer, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        DecodeStream stream = tokenizer.StreamDecode();
        await foreach (int token in tokens.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (stream.Step(token) is { } piece)
            {
                yield return piece;
            }
        }

        if (stream.Finish() is { } left)
        {
            yield return left;
        }
    }
}
