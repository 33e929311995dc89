namespace Akin.Server.Security;

/// <summary>Says on a route what it asks for.</summary>
internal static class RequiredAccessExtensions
{
    /// <summary>Sets the role that the routes ask for. Without it that is <see cref="AccessRole.Reader"/>.</summary>
    public static TBuilder RequireAccess<TBuilder>(this TBuilder routes, AccessRole role)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new RequiredAccess(role));
}
