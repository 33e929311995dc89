namespace Akin.Server.Security;

/// <summary>Metadata of a route: the role it asks for.</summary>
/// <param name="Role">The role.</param>
internal sealed record RequiredAccess(AccessRole Role)
{
    /// <summary>The role that a request needs.</summary>
    public static AccessRole Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RequiredAccess>()?.Role ?? AccessRole.Reader;
}
