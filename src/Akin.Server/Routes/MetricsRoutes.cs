using Akin.Server.Telemetry;

namespace Akin.Server.Routes;

/// <summary><c>GET /metrics</c>: what is counted and measured, for Prometheus.</summary>
internal static class MetricsRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        PrometheusExporter exporter = routes.ServiceProvider.GetRequiredService<PrometheusExporter>();
        routes.MapGet("/metrics", context =>
        {
            context.Response.ContentType = PrometheusExporter.ContentType;
            return context.Response.WriteAsync(exporter.Write(), context.RequestAborted);
        });
    }
}
