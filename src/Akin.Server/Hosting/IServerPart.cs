namespace Akin.Server.Hosting;

/// <summary>Something that is loaded between the server's start and the moment it is ready, such as models. Parts are loaded in the order in which they are registered.</summary>
internal interface IServerPart
{
    /// <summary>Loads it.</summary>
    /// <param name="cancellationToken">Stops loading.</param>
    Task LoadAsync(CancellationToken cancellationToken);
}
