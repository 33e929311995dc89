using Akin.Hub;

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

    /// <summary>Seeds new weights. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>How a model that is not a local folder is found.</summary>
    public HubOptions? Hub { get; init; }
}
