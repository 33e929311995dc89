using Akin.Tensors;

namespace Akin.Models.Generation;

/// <summary>Writes several texts at once, token by token; texts that are finished leave the batch.</summary>
internal abstract class TokenSearch
{
    private readonly DecoderRun _run;

    protected TokenSearch(DecoderRun run, IReadOnlyList<WritingTask> tasks)
    {
        _run = run;
        Tasks = tasks;
    }

    /// <summary>The texts.</summary>
    protected IReadOnlyList<WritingTask> Tasks { get; }

    /// <summary>What was written for every text, the best first. Read it when <see cref="Step"/> says that all is done.</summary>
    public abstract IReadOnlyList<IReadOnlyList<GeneratedSequence>> Results();

    /// <summary>Writes one more token of every text.</summary>
    /// <returns>Whether there is more to write.</returns>
    public bool Step(ForwardContext context)
    {
        List<List<int>> rows = [.. Rows()];
        if (rows.Count == 0)
        {
            return false;
        }

        context.CancellationToken.ThrowIfCancellationRequested();
        int[] order;
        using (context.Scope())
        {
            order = Choose(_run.Score(context, rows), context);
        }

        _run.Select(order);
        return order.Length > 0;
    }

    /// <summary>The sequences that are to be scored.</summary>
    protected abstract IEnumerable<List<int>> Rows();

    /// <summary>Chooses the next token of every sequence.</summary>
    /// <returns>For each sequence to go on with, its row in the scores.</returns>
    protected abstract int[] Choose(Tensor scores, ForwardContext context);
}
