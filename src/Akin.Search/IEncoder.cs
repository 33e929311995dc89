namespace Akin.Search;

/// <summary>Turns texts into vectors. Search knows no model code: whoever has a model adapts it to this.</summary>
public interface IEncoder
{
    /// <summary>The folder or hub identifier the model is loaded by; written into the index, so that it can be loaded again.</summary>
    string ModelName { get; }

    /// <summary>
    /// Identifies the weights whatever the model is called (a hash, say), or <see langword="null"/> when unknown.
    /// An index compares fingerprints where both are known and names otherwise.
    /// </summary>
    string? ModelFingerprint => null;

    /// <summary>Floats per vector.</summary>
    int Dimension { get; }

    /// <summary>Encodes texts as stored documents.</summary>
    /// <param name="texts">The texts; may be empty.</param>
    /// <param name="cancellationToken">Stops between inner batches.</param>
    /// <returns>One vector `[Dimension]` per text, in the order given.</returns>
    float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken);

    /// <summary>Encodes texts as questions; the same as <see cref="Encode"/> unless the model wants another prompt for them.</summary>
    /// <param name="queries">The questions; may be empty.</param>
    /// <param name="cancellationToken">Stops between inner batches.</param>
    /// <returns>One vector `[Dimension]` per question, in the order given.</returns>
    float[][] EncodeQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) => Encode(queries, cancellationToken);

    /// <summary>Encodes texts that are neither questions nor documents, such as the two sentences of a pair; the same as <see cref="Encode"/> unless the model wants another prompt for those.</summary>
    /// <param name="sentences">The texts; may be empty.</param>
    /// <param name="cancellationToken">Stops between inner batches.</param>
    /// <returns>One vector `[Dimension]` per text, in the order given.</returns>
    float[][] EncodeSentences(IReadOnlyList<string> sentences, CancellationToken cancellationToken) => Encode(sentences, cancellationToken);
}
