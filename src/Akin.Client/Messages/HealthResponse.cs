namespace Akin.Client.Messages;

/// <summary>Whether a server lives (<c>GET /health</c>) and takes requests (<c>GET /ready</c>).</summary>
/// <param name="Status"><c>ok</c>, or what is in the way, such as <c>loading</c> or <c>draining</c>.</param>
public sealed record HealthResponse(string Status);
