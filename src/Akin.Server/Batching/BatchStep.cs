using Akin.Server.Models;

namespace Akin.Server.Batching;

/// <summary>The texts that are computed together next, of one request or of many. Used again for every step.</summary>
internal sealed class BatchStep
{
    private readonly List<(QueuedWork Work, int Text)> _places = [];
    private readonly List<TokenizedText> _texts = [];

    /// <summary>The model that computes them.</summary>
    public ServedModel Model { get; private set; } = null!;

    /// <summary>Their group.</summary>
    public int Group { get; private set; }

    public long TokenCount { get; private set; }

    /// <summary>Whether nothing else is computed or waits: then all threads compute it together.</summary>
    public bool IsAlone { get; private set; }

    /// <summary>The texts, in the order of <see cref="Places"/>.</summary>
    public IReadOnlyList<TokenizedText> Texts => _texts;

    /// <summary>Where each text comes from.</summary>
    public IReadOnlyList<(QueuedWork Work, int Text)> Places => _places;

    public void Begin(ServedModel model, int group, bool isAlone)
    {
        (Model, Group, IsAlone, TokenCount) = (model, group, isAlone, 0);
        _places.Clear();
        _texts.Clear();
    }

    public void Add(QueuedWork work, int text)
    {
        _places.Add((work, text));
        _texts.Add(work.Texts[text]);
        TokenCount += work.Texts[text].Ids.Length;
    }
}
