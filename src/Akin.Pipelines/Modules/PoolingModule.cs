using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Pipelines.Modules;

/// <summary>Makes one embedding of a text's token vectors, in one way or in several side by side.</summary>
internal sealed class PoolingModule
{
    public const string ClassName = "Pooling";
    private const string FileName = "config.json";

    /// <summary>The ways in the order in which the older layout puts them side by side, with the names of both layouts.</summary>
    private static readonly (PoolingMode Mode, string Name, string Flag)[] Modes =
    [
        (PoolingMode.Cls, "cls", "pooling_mode_cls_token"),
        (PoolingMode.Max, "max", "pooling_mode_max_tokens"),
        (PoolingMode.Mean, "mean", "pooling_mode_mean_tokens"),
        (PoolingMode.MeanSqrtLength, "mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens"),
        (PoolingMode.WeightedMean, "weightedmean", "pooling_mode_weightedmean_tokens"),
        (PoolingMode.LastToken, "lasttoken", "pooling_mode_lasttoken"),
    ];

    private readonly int _size;
    private readonly PoolingMode[] _modes;

    public PoolingModule(int size, params PoolingMode[] modes)
        : this(size, modes, includesPrompt: true)
    {
    }

    private PoolingModule(int size, PoolingMode[] modes, bool includesPrompt)
    {
        _size = size;
        _modes = modes;
        IncludesPrompt = includesPrompt;
    }

    /// <summary>Whether the tokens of a prompt count.</summary>
    public bool IncludesPrompt { get; }

    /// <summary>The ways, in the order in which their results lie side by side.</summary>
    public IReadOnlyList<PoolingMode> WaysInOrder => _modes;

    /// <summary>Floats of an embedding.</summary>
    public int OutputSize => _modes.Length * _size;

    /// <summary>Pooling where no file describes it: the mean, as Python's library does, unless a GGUF file says how.</summary>
    public static PoolingModule WithoutConfiguration(string folder, int inputSize)
    {
        const string Field = "bert.pooling_type"; // llama.cpp's LLAMA_POOLING_TYPE_…
        if (!folder.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            return new PoolingModule(inputSize, PoolingMode.Mean);
        }

        using Checkpoint checkpoint = Checkpoint.Open(folder);
        return new PoolingModule(inputSize, checkpoint.Metadata.GetValueOrDefault(Field, "1") switch
        {
            "0" or "1" => PoolingMode.Mean,
            "2" => PoolingMode.Cls,
            "3" => PoolingMode.LastToken,
            string other => throw new SentenceTransformerException(folder, $"{Field} is {other}; supported are 0 and 1 (mean), 2 (first token) and 3 (last token)."),
        });
    }

    public static PoolingModule Load(string folder, int inputSize)
    {
        ConfigReader config = ModuleConfig.Read(Path.Combine(folder, FileName));
        foreach (string name in (string[])["embedding_dimension", "word_embedding_dimension"])
        {
            if (config.Integer(name, inputSize) != inputSize)
            {
                throw config.Refuse(name, $"{inputSize}, the size of the model's token vectors");
            }
        }

        bool includesPrompt = config.Flag("include_prompt", true);
        PoolingMode[] flagged = [.. Modes.Where(mode => config.Flag(mode.Flag, false)).Select(mode => mode.Mode)];
        PoolingMode[] modes = config.Value("pooling_mode") switch
        {
            null => flagged.Length > 0 ? flagged : [PoolingMode.Mean],
            JsonArray { Count: > 0 } names => [.. names.Select(name => Named(config, name))],
            JsonNode name => [Named(config, name)],
        };
        config.Finish();
        return new PoolingModule(inputSize, modes, includesPrompt);
    }

    /// <summary>Pools every sequence.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="tokens">Token vectors, <c>[tokens, size]</c>.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="promptLength">How many tokens in front of every sequence belong to the prompt (and are left out where the model says so).</param>
    /// <returns><c>[sequences, <see cref="OutputSize"/>]</c>.</returns>
    public Tensor Forward(ForwardContext context, Tensor tokens, RaggedBatch batch, int promptLength)
    {
        if (context.Records(tokens))
        {
            return promptLength == 0 || IncludesPrompt ? context.Pool(tokens, batch, _modes) : PoolRecordedWithoutPrompt(context, tokens, batch, promptLength);
        }

        Tensor output = context.Rent(new Shape(batch.SequenceCount, OutputSize));
        if (promptLength == 0 || IncludesPrompt)
        {
            Pool(context, tokens.Span, batch.Offsets.Span, output);
        }
        else
        {
            PoolWithoutPrompt(context, tokens, batch, promptLength, output);
        }

        return output;
    }

    public void Save(string folder)
    {
        int[] places = Array.ConvertAll(_modes, mode => Array.FindIndex(Modes, known => known.Mode == mode));
        JsonObject config = [];
        if (places.Zip(places.Skip(1)).All(pair => pair.First < pair.Second))
        {
            config["word_embedding_dimension"] = _size;
            foreach ((PoolingMode mode, _, string flag) in Modes.OrderBy(mode => mode.Mode))
            {
                config[flag] = _modes.Contains(mode);
            }
        }
        else
        {
            // Flags cannot tell another order than their own: only sentence-transformers 5.4 and later read this.
            config["embedding_dimension"] = _size;
            config["pooling_mode"] = new JsonArray([.. places.Select(place => (JsonNode)Modes[place].Name)]);
        }

        config["include_prompt"] = IncludesPrompt;
        ModuleConfig.Write(Path.Combine(folder, FileName), config);
    }

    private static PoolingMode Named(ConfigReader config, JsonNode? name)
    {
        foreach ((PoolingMode mode, string text, _) in Modes)
        {
            if (name is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == text)
            {
                return mode;
            }
        }

        throw config.Refuse("pooling_mode", string.Join(", ", Modes.Select(mode => $"\"{mode.Name}\"")));
    }

    private void Pool(ForwardContext context, ReadOnlySpan<float> tokens, ReadOnlySpan<int> offsets, Tensor output)
    {
        for (int i = 0; i < _modes.Length; i++)
        {
            Pooling.Forward(_modes[i], tokens, _size, offsets, output.Span[(i * _size)..], OutputSize, context.Pool);
        }
    }

    private Tensor PoolRecordedWithoutPrompt(ForwardContext context, Tensor tokens, RaggedBatch batch, int promptLength)
    {
        if (_modes.Contains(PoolingMode.WeightedMean))
        {
            throw new NotSupportedException("A model with weighted-mean pooling that leaves out the prompt cannot be trained with prompts: train it without, or with another pooling.");
        }

        RaggedBatch rest = new();
        List<int> rows = [];
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            int first = Math.Min(batch.Offsets.Span[sequence] + promptLength, batch.Offsets.Span[sequence + 1]);
            rest.Add(batch.InputIds.Span[first..batch.Offsets.Span[sequence + 1]]);
            rows.AddRange(Enumerable.Range(first, batch.Offsets.Span[sequence + 1] - first));
        }

        return context.Pool(context.IndexSelect(tokens, axis: 0, rows.ToArray()), rest, _modes);
    }

    /// <summary>As the reference: the first token after the prompt is the one that <c>cls</c> takes, and the weights of <c>weightedmean</c> count from the start of the prompt.</summary>
    private void PoolWithoutPrompt(ForwardContext context, Tensor tokens, RaggedBatch batch, int promptLength, Tensor output)
    {
        using ForwardScope scope = context.Scope();
        ReadOnlySpan<int> offsets = batch.Offsets.Span;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            int first = Math.Min(offsets[sequence] + promptLength, offsets[sequence + 1]);
            int count = offsets[sequence + 1] - first;
            ReadOnlySpan<float> rest = tokens.Span.Slice(first * _size, count * _size);
            for (int i = 0; i < _modes.Length; i++)
            {
                Span<float> embedding = output.Row(sequence).Slice(i * _size, _size);
                if (_modes[i] == PoolingMode.WeightedMean)
                {
                    WeightedMean(rest, promptLength, embedding);
                }
                else
                {
                    Pooling.Forward(_modes[i], rest, _size, [0, count], embedding, _size, WorkerPool.Serial);
                }
            }
        }
    }

    private static void WeightedMean(ReadOnlySpan<float> tokens, int promptLength, Span<float> embedding)
    {
        embedding.Clear();
        float weights = 0;
        int position = promptLength;
        for (int start = 0; start < tokens.Length; start += embedding.Length)
        {
            position++;
            weights += position;
            for (int i = 0; i < embedding.Length; i++)
            {
                embedding[i] += position * tokens[start + i];
            }
        }

        for (int i = 0; i < embedding.Length && weights > 0; i++)
        {
            embedding[i] /= weights;
        }
    }
}
