namespace Akin.Search.Documents;

/// <summary>Processing on several threads.</summary>
public sealed partial class DocumentArray
{
    /// <summary>Replaces every document by what a function makes of it, several at a time; the order stays.</summary>
    /// <param name="function">Makes a document of a document; may change it and give it back. It is called on several threads, once for each document.</param>
    /// <param name="parallelism">The most documents at a time; as many as there are processors when null.</param>
    /// <param name="cancellationToken">Stops before the next documents; none is replaced then.</param>
    /// <exception cref="DocumentApplyException">The function failed for some; those stay as they were, the others are replaced.</exception>
    public void Apply(Func<DocumentNode, DocumentNode> function, int? parallelism = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        (DocumentNode[] made, List<ApplyFailure> failures) = Run(
            document => function(document) ?? throw new InvalidOperationException("The function gave no document."), parallelism, cancellationToken);
        for (int i = 0; i < made.Length; i++)
        {
            if (made[i] is { } document && !ReferenceEquals(document, Items[i]))
            {
                this[i] = document;
            }
        }

        ThrowIfAny(failures);
    }

    /// <summary>What a function makes of every document, several at a time, in their order.</summary>
    /// <param name="function">It is called on several threads, once for each document.</param>
    /// <param name="parallelism">The most documents at a time; as many as there are processors when null.</param>
    /// <param name="cancellationToken">Stops before the next documents.</param>
    /// <exception cref="DocumentApplyException">The function failed for some.</exception>
    public TResult[] Map<TResult>(Func<DocumentNode, TResult> function, int? parallelism = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        (TResult[] made, List<ApplyFailure> failures) = Run(function, parallelism, cancellationToken);
        ThrowIfAny(failures);
        return made;
    }

    /// <summary>Hands all documents to an action, batch by batch in their order: to embed them, say.</summary>
    /// <param name="action">Changes the documents of a batch.</param>
    /// <param name="batchSize">Documents in a batch, at least 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public void ApplyBatches(Action<DocumentArray> action, int batchSize, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        foreach (DocumentArray batch in Batch(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            action(batch);
        }
    }

    /// <summary>Embeds the texts of documents.</summary>
    /// <param name="encoder">The encoder; its model should be the one that queries are embedded with.</param>
    /// <param name="batchSize">Texts given to the encoder at a time, at least 1.</param>
    /// <param name="cancellationToken">Stops while encoding; what was embedded stays so.</param>
    public void Embed(IEncoder encoder, int batchSize = 64, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ApplyBatches(
            batch =>
            {
                float[][] vectors = encoder.Encode([.. batch.Select(document => document.Text)], cancellationToken);
                for (int i = 0; i < vectors.Length; i++)
                {
                    batch[i].Embedding = new NumericArray(vectors[i]);
                }
            },
            batchSize,
            cancellationToken);
    }

    private (TResult[] Made, List<ApplyFailure> Failures) Run<TResult>(Func<DocumentNode, TResult> function, int? parallelism, CancellationToken cancellationToken)
    {
        if (parallelism is { } most)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 1, nameof(parallelism));
        }

        DocumentNode[] documents = [.. Items];
        TResult[] made = new TResult[documents.Length];
        Exception?[] errors = new Exception?[documents.Length];
        ParallelOptions options = new() { MaxDegreeOfParallelism = parallelism ?? Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.For(0, documents.Length, options, row =>
        {
            try
            {
                made[row] = function(documents[row]);
            }
#pragma warning disable CA1031 // Whatever a caller's function throws is told of with the row it was thrown for.
            catch (Exception error) when (!(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
#pragma warning restore CA1031
            {
                errors[row] = error;
            }
        });
        List<ApplyFailure> failures = [];
        for (int row = 0; row < errors.Length; row++)
        {
            if (errors[row] is { } error)
            {
                failures.Add(new ApplyFailure(row, documents[row].Id, error));
            }
        }

        return (made, failures);
    }

    private void ThrowIfAny(List<ApplyFailure> failures)
    {
        if (failures.Count > 0)
        {
            throw new DocumentApplyException(failures, Count);
        }
    }
}
