using System.Diagnostics;
using Akin.Server.Models;

namespace Akin.Server.Batching;

/// <summary>The texts of one request in the queue. Belongs to the queue, which guards it by its lock.</summary>
internal sealed class QueuedWork(ServedModel model, int group, RequestLimits limits)
{
    private readonly TaskCompletionSource<float[][]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServedModel Model => model;

    /// <summary>Texts of different groups are never computed together; what a group means is the model's own.</summary>
    public int Group => group;

    public RequestLimits Limits => limits;

    /// <summary>The results of all texts, in their order.</summary>
    public Task<float[][]> Completion => _completion.Task;

    /// <summary>The place in the queue; null before the work is in it and after its last text was taken.</summary>
    public LinkedListNode<QueuedWork>? Node { get; set; }

    /// <summary>Tokens that the queue counts for this work: an estimate first, then those not computed yet.</summary>
    public long CountedTokens { get; set; }

    /// <summary>Seconds that the queue counts for the next turn of this work.</summary>
    public double CountedSeconds { get; set; }

    /// <summary>Whether nobody wants the results any more.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>When the work came into the queue.</summary>
    public long Start { get; } = Stopwatch.GetTimestamp();

    /// <summary>The first text that was not taken yet.</summary>
    public int NextText { get; set; }

    /// <summary>Texts that have no result yet.</summary>
    public int OpenTexts { get; private set; }

    public IReadOnlyList<TokenizedText> Texts { get; private set; } = [];

    public float[][] Results { get; private set; } = [];

    /// <summary>Sets the texts.</summary>
    public void Begin(IReadOnlyList<TokenizedText> texts)
    {
        Texts = texts;
        Results = new float[texts.Count][];
        OpenTexts = texts.Count;
        if (texts.Count == 0)
        {
            _completion.TrySetResult([]);
        }
    }

    /// <summary>A text has its result.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool Complete(int text, float[] result)
    {
        Results[text] = result;
        if (--OpenTexts > 0)
        {
            return false;
        }

        _completion.TrySetResult(Results);
        return true;
    }

    public void Fail(Exception error) => _completion.TrySetException(error);
}
