using Akin.Server.OpenApi;
using Akin.Server.Security;

namespace Akin.Server.Routes;

/// <summary><c>GET /openapi.json</c>: what there is to ask.</summary>
internal static class OpenApiRoutes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/openapi.json", context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(OpenApiDocument.Json, context.RequestAborted);
    }).RequireAccess(AccessRole.Anybody);
}
