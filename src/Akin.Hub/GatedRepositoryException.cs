namespace Akin.Hub;

/// <summary>The repository exists, but its owner asks users to accept conditions first.</summary>
public sealed class GatedRepositoryException : HubException
{
    internal GatedRepositoryException(string repository, Uri endpoint, bool withToken)
        : base($"'{repository}' is gated: accept its conditions at {endpoint}{repository}"
            + (withToken ? " with the account of the token that was sent." : ", then set HF_TOKEN to a token of that account."))
    {
        Repository = repository;
    }

    /// <summary>The name that was asked for.</summary>
    public string Repository { get; }
}
