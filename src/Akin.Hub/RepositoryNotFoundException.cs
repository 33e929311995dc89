namespace Akin.Hub;

/// <summary>The hub has no such repository, or it is private and the token does not open it.</summary>
public sealed class RepositoryNotFoundException : HubException
{
    internal RepositoryNotFoundException(string repository, Uri endpoint, bool withToken)
        : base($"There is no model '{repository}' at {endpoint}, or it is private. Check the spelling; "
            + (withToken ? "the token that was sent may lack access to it." : "for a private model set HF_TOKEN."))
    {
        Repository = repository;
    }

    /// <summary>The name that was asked for.</summary>
    public string Repository { get; }
}
