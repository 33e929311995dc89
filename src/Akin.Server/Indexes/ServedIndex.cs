using Akin.Search;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Server.Indexes;

/// <summary>An index that is open for requests: the store, what it is searched by, and its encoder.</summary>
/// <remarks>Thread-safe. Searches hold up neither each other nor those that write; requests that write take turns for the moment of a commit.</remarks>
internal sealed class ServedIndex : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<HybridIndex>? _hybrid;

    /// <param name="name">The name by which requests ask for it.</param>
    /// <param name="store">The store, which is closed with this.</param>
    /// <param name="encoder">The encoder of its model.</param>
    /// <exception cref="IndexModelException">The index was made with another model.</exception>
    public ServedIndex(string name, DocumentStore store, IndexEncoder encoder)
    {
        (Name, Store, Encoder) = (name, store, encoder);
        Meaning = new SemanticIndex(store, encoder.Waiting);
        Words = new LexicalIndex(store);
        Map = new IndexMap(this);
        Statistics = new IndexStatistics(this);
    }

    public string Name { get; }

    public DocumentStore Store { get; }

    public IndexEncoder Encoder { get; }

    public SemanticIndex Meaning { get; }

    public LexicalIndex Words { get; }

    public IndexMap Map { get; }

    public IndexStatistics Statistics { get; }

    /// <summary>Finds by meaning and by words, with weights learnt from the documents: a moment's work of their encoder when it is first asked for.</summary>
    /// <param name="cancellationToken">Stops waiting; the learning goes on for others.</param>
    public Task<HybridIndex> HybridAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return (_hybrid is { IsFaulted: false, IsCanceled: false } ? _hybrid : _hybrid = Learn()).WaitAsync(cancellationToken);
        }
    }

    /// <summary>Begins to learn those weights, so that the first search need not wait for them.</summary>
    public void PrepareHybrid()
    {
        lock (_gate)
        {
            _hybrid ??= Learn();
        }
    }

    /// <summary>Waits until no other request writes; who has what it gives may write until it is disposed of.</summary>
    public async Task<IDisposable> BeginWritingAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        return new Turn(_writing);
    }

    /// <summary>Brings the files up to date that let searches begin at once, where enough has changed, and reads what was written: no search need do that then.</summary>
    public void Publish(CancellationToken cancellationToken)
    {
        Meaning.Vectors.Publish(cancellationToken);
        Words.Publish(cancellationToken);
    }

    /// <summary>What is to be done after a request that wrote.</summary>
    /// <param name="hasChanged">Whether anything is other than before.</param>
    public void AfterWriting(bool hasChanged)
    {
        if (!hasChanged)
        {
            return;
        }

        lock (_gate)
        {
            // Weights that were learnt from half as many documents are learnt again; until then searches go on with the former ones.
            if (_hybrid is { IsCompletedSuccessfully: true })
            {
                Learn().ContinueWith(
                    learnt =>
                    {
                        lock (_gate)
                        {
                            _hybrid = learnt;
                        }
                    },
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnRanToCompletion,
                    TaskScheduler.Default);
            }
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        Words.Dispose();
        Meaning.Dispose();
        Store.Dispose();
        _writing.Dispose();
        _closing.Dispose();
    }

    // A thread of its own: learning waits for the encoder.
    private Task<HybridIndex> Learn()
    {
        HybridIndex index = new(Meaning, Words);
        return Task.Factory.StartNew(
            () =>
            {
                _ = index.Weights;
                return index;
            },
            _closing.Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    private sealed class Turn(SemaphoreSlim writing) : IDisposable
    {
        public void Dispose() => writing.Release();
    }
}
