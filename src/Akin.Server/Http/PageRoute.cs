namespace Akin.Server.Http;

/// <summary>Metadata of a route that answers with a file of the web page: it is not part of the API and not in its description.</summary>
internal sealed record PageRoute;
