using Akin.Server.Hosting;
using Akin.Server.Http;
using Akin.Server.Security;

namespace Akin.Server.Routes;

/// <summary><c>/health</c>: the process lives. <c>/ready</c>: it answers requests, and will for a while. Both need no key.</summary>
internal static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        ServerLifecycle lifecycle = routes.ServiceProvider.GetRequiredService<ServerLifecycle>();
        foreach (string path in (ReadOnlySpan<string>)["/health", "/ping"])
        {
            routes.MapGet(path, context => Answer(context, "ok")).RequireAccess(AccessRole.Anybody);
        }

        routes.MapGet("/ready", context => lifecycle switch
        {
            { IsDraining: true } => throw new RequestException(StatusCodes.Status503ServiceUnavailable, "The server is about to stop."),
            { IsReady: false } => throw new RequestException(StatusCodes.Status503ServiceUnavailable, "The server is still loading its models."),
            _ => Answer(context, "ready"),
        }).RequireAccess(AccessRole.Anybody);
    }

    private static Task Answer(HttpContext context, string status) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("status", status);
        json.WriteEndObject();
    });
}
