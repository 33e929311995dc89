using System.Collections.Immutable;
using Akin.Hub;
using Akin.Pipelines;
using Akin.Server.Hosting;
using Akin.Server.Http;

namespace Akin.Server.Models;

/// <summary>The models that are served, by name; an encoder and a re-ranker or classifier may have the same one. A model is replaced as a whole: requests that run go on with the one they began with. Thread-safe.</summary>
internal sealed class ModelCatalog(AkinServerOptions options, ILogger<ModelCatalog> log) : IServerPart, IAsyncDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<ModelSetting> _settings = ModelSetting.All(options);
    private readonly SemaphoreSlim _loading = new(1);
    private readonly CancellationTokenSource _stop = new();
    private ImmutableDictionary<ModelSetting, ServedModel> _models = ImmutableDictionary<ModelSetting, ServedModel>.Empty;
    private Task _watching = Task.CompletedTask;
    private int _isDisposed;

    /// <summary>The models, in the order of the settings.</summary>
    public IReadOnlyList<ServedModel> Models
    {
        get
        {
            ImmutableDictionary<ModelSetting, ServedModel> models = _models;
            return [.. _settings.Select(setting => models.GetValueOrDefault(setting)).OfType<ServedModel>()];
        }
    }

    /// <inheritdoc/>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (ModelSetting setting in _settings)
        {
            ServedModel model = await LoadAsync(setting, cancellationToken).ConfigureAwait(false);
            if (Models.FirstOrDefault(other => other != model && other.Name == model.Name && other.GetType() == model.GetType()) is not null)
            {
                throw new ServerSettingException($"Two models of the same use are called '{model.Name}': give one another name, as NAME=FOLDER.");
            }
        }

        if (options.WatchesModels)
        {
            _watching = WatchAsync(_stop.Token);
        }
    }

    /// <summary>The encoder that a request asks for.</summary>
    /// <param name="name">Its name; null for the first encoder there is.</param>
    /// <exception cref="RequestException">There is no such model, or it is none.</exception>
    public ServedEncoder Encoder(string? name) => Find<ServedEncoder>(name, "embeddings", _ => true);

    /// <summary>The re-ranker that a request asks for: a model that gives a pair one score.</summary>
    /// <inheritdoc cref="Encoder"/>
    public ServedClassifier Reranker(string? name) => Find<ServedClassifier>(name, "re-ranking", model => model.Labels.Count == 1);

    /// <summary>The classifier that a request asks for; where none is named and there is none, the re-ranker.</summary>
    /// <inheritdoc cref="Encoder"/>
    public ServedClassifier Classifier(string? name)
    {
        bool hasClassifier = Models.Any(model => model.Kind == ModelKind.Classifier);
        return Find<ServedClassifier>(name, "classification", model => name is not null || !hasClassifier || model.Kind == ModelKind.Classifier);
    }

    /// <summary>The model of a name; the first, where two kinds of model have it.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public ServedModel Get(string name) => Models.FirstOrDefault(model => model.Name == name) ?? throw Unknown();

    /// <summary>Loads the models of a name again beside the running ones and puts them in their place.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops loading; the running ones stay.</param>
    /// <exception cref="RequestException">There is no model of this name, or its folder cannot be loaded now; the running one stays.</exception>
    public async Task<ServedModel> ReloadAsync(string name, CancellationToken cancellationToken)
    {
        ServedModel? loaded = null;
        foreach (ModelSetting setting in _settings.Where(setting => setting.Name == name))
        {
            ServedModel model = await ReloadAsync(setting, cancellationToken).ConfigureAwait(false);
            loaded ??= model;
        }

        return loaded ?? throw Unknown();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) // it is registered as two services
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _watching.ConfigureAwait(false);
            _stop.Dispose();
            _loading.Dispose();
        }
    }

    private async Task<ServedModel> LoadAsync(ModelSetting setting, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ServedModel model = await Task.Run(() => Load(setting, cancellationToken), cancellationToken).ConfigureAwait(false);
            ImmutableInterlocked.AddOrUpdate(ref _models, setting, model, (_, _) => model);
            ModelLog.Loaded(log, model.Name, model.Kind, model.Source);
            return model;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static ServedModel Load(ModelSetting setting, CancellationToken cancellationToken)
    {
        string folder = ModelHub.ResolveFolder(setting.Source, cancellationToken: cancellationToken);
        ServedModel model = ModelKinds.Of(folder) switch
        {
            ModelKind.Encoder => new ServedEncoder(setting.Name, setting.Source, SentenceTransformer.FromPretrained(setting.Source, cancellationToken: cancellationToken)),
            ModelKind kind => new ServedClassifier(setting.Name, setting.Source, CrossEncoder.FromPretrained(setting.Source, cancellationToken: cancellationToken), kind),
        };
        model.WarmUp();
        return model;
    }

    private async Task<ServedModel> ReloadAsync(ModelSetting setting, CancellationToken cancellationToken)
    {
        try
        {
            return await LoadAsync(setting, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            ModelLog.ReloadFailed(log, error, setting.Name);
            throw new RequestException(StatusCodes.Status409Conflict, $"Model '{setting.Name}' cannot be loaded again and stays as it was: {error.Message}");
        }
    }

    private T Find<T>(string? name, string use, Func<T, bool> suits)
        where T : ServedModel
    {
        T[] suitable = [.. Models.OfType<T>().Where(suits)];
        if (Array.Find(suitable, model => name is null || model.Name == name) is { } found)
        {
            return found;
        }

        string choice = suitable.Length > 0 ? $"models for {use} are {string.Join(", ", suitable.Select(model => model.Name))}" : $"no model for {use} is loaded";
        throw new RequestException(
            StatusCodes.Status400BadRequest, name is null ? $"This needs a model for {use}, and none is loaded." : $"Model '{Get(name).Name}' is not for {use}; {choice}.", "model")
        {
            Code = "model_not_suitable",
        };
    }

    private RequestException Unknown() =>
        new(StatusCodes.Status404NotFound, $"There is no model of that name; there are {string.Join(", ", Models.Select(model => model.Name).Distinct())}.", "model") { Code = "model_not_found" };

    /// <summary>Loads models again whose files have changed and then stayed the same for a while: whoever writes a model needs some time.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        Dictionary<ModelSetting, string> loaded = _settings.ToDictionary(setting => setting, setting => FolderState.Of(setting.Source));
        Dictionary<ModelSetting, string> seen = new(loaded);
        using PeriodicTimer timer = new(WatchInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (ModelSetting setting in _settings)
                {
                    string state = FolderState.Of(setting.Source);
                    if (state != loaded[setting] && state == seen[setting])
                    {
                        loaded[setting] = state; // one that cannot be loaded is not tried again before it changes
                        await ReloadQuietlyAsync(setting, cancellationToken).ConfigureAwait(false);
                    }

                    seen[setting] = state;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task ReloadQuietlyAsync(ModelSetting setting, CancellationToken cancellationToken)
    {
        try
        {
            await ReloadAsync(setting, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestException)
        {
            // It is in the log.
        }
    }
}
