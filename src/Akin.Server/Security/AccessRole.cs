namespace Akin.Server.Security;

/// <summary>What somebody may do; metadata of a route says what it asks for, <see cref="Reader"/> where nothing is said.</summary>
internal enum AccessRole
{
    /// <summary>Nothing is asked for: health, the pages themselves.</summary>
    Anybody,

    /// <summary>Encoding, ranking, searching.</summary>
    Reader,

    /// <summary>Changing indexes, loading models again.</summary>
    Writer,
}
