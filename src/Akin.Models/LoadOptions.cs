using System.Globalization;
using System.Text.Json.Nodes;
using Akin.Hub;
using Akin.Models.Configuration;

namespace Akin.Models;

/// <summary>How a model is loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>Whether the model will be trained: weights require gradients and stay row-major beside their packed form. Default: no.</summary>
    public bool IsTrainable { get; init; }

    /// <summary>Whether weights that the checkpoint lacks are made new, as for a head that is to be trained. Default: no, they are an error.</summary>
    public bool InitializesMissing { get; init; }

    /// <summary>Whether weights that the model does not know are passed over. Default: no, they are an error.</summary>
    public bool IgnoresUnexpected { get; init; }

    /// <summary>
    /// Whether weights of a head that have another size, as those of a classifier with other labels, are made new. Default: no, they are an error.
    /// transformers' <c>ignore_mismatched_sizes</c>, for heads only.
    /// </summary>
    public bool ReplacesMismatchedHeads { get; init; }

    /// <summary>
    /// The classes of a classifier in the order of its scores, in place of those in the configuration: for a new head that is to be trained. Default:
    /// the configuration's.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>What a sequence classifier's scores mean, in place of what the configuration says. Default: the configuration's.</summary>
    public ProblemType? ProblemType { get; init; }

    /// <summary>Seeds new weights. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }

    /// <summary>Writes what these options say in place of a configuration into it.</summary>
    internal void ApplyTo(JsonObject json)
    {
        if (Labels is not null)
        {
            json.Remove("num_labels");
            json.Remove("_num_labels");
            json["id2label"] = new JsonObject(Labels.Select((label, id) => KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)JsonValue.Create(label))));
            json["label2id"] = new JsonObject(Labels.Select((label, id) => KeyValuePair.Create(label, (JsonNode?)JsonValue.Create(id))));
        }

        if (ProblemType is { } type)
        {
            json["problem_type"] = type switch
            {
                Configuration.ProblemType.Regression => "regression",
                Configuration.ProblemType.MultiLabel => "multi_label_classification",
                _ => "single_label_classification",
            };
        }
    }
}
