using Akin.Server.Batching;
using Akin.Server.Doors;
using Akin.Server.Hosting;
using Akin.Server.Http;
using Akin.Server.Indexes;
using Akin.Server.Models;
using Akin.Server.Routes;
using Akin.Server.Security;
using Akin.Server.Telemetry;
using Akin.Server.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace Akin.Server;

/// <summary>The HTTP server: Akin's own routes, and the doors of the protocols that other programs speak.</summary>
public static class AkinServer
{
    /// <summary>The web server looks every second whether bodies come fast enough.</summary>
    private const double LeastGraceSeconds = 1.1;

    /// <summary>Puts a server together; it listens once it is started.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ServerSettingException">A setting is outside its bounds.</exception>
    public static WebApplication Build(AkinServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        IReadOnlyList<ListenAddress> addresses = ListenAddress.All(options);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options, addresses));
        ServerLog.Configure(builder.Logging, options);
        AddServices(builder.Services, options);
        WebApplication app = builder.Build();
        app.Services.GetRequiredService<OtlpExport>();
        app.UseRouting();
        if (options.CorsOrigins.Count > 0)
        {
            app.UseCors(); // before the gate: a browser asks without a key whether it may send one
        }

        app.UseMiddleware<RequestGate>();
        MapRoutes(app);
        return app;
    }

    /// <summary>Starts a server and loads its models and indexes; it is ready when this returns.</summary>
    /// <param name="app">What <see cref="Build"/> made.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    /// <exception cref="IOException">The address is in use, or a file cannot be read.</exception>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(app);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        foreach (IServerPart part in app.Services.GetServices<IServerPart>())
        {
            await part.LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        app.Services.GetRequiredService<ServerLifecycle>().BecomeReady();
    }

    /// <summary>Stops a server: new requests are refused with 503, those that were taken are answered, then it listens no more.</summary>
    /// <param name="app">A running server.</param>
    /// <returns>Whether all requests that were taken were answered within <see cref="AkinServerOptions.DrainSeconds"/>.</returns>
    public static async Task<bool> StopAsync(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        TimeSpan patience = TimeSpan.FromSeconds(app.Services.GetRequiredService<AkinServerOptions>().DrainSeconds);
        bool isDrained = await app.Services.GetRequiredService<ServerLifecycle>().DrainAsync(patience).ConfigureAwait(false);
        await app.StopAsync().ConfigureAwait(false);
        return isDrained;
    }

    /// <summary>The groups of routes; a new one is a class with <c>Map</c> and a line here.</summary>
    private static void MapRoutes(WebApplication app)
    {
        HealthRoutes.Map(app);
        MetricsRoutes.Map(app);
        OpenApiRoutes.Map(app);
        ModelRoutes.Map(app);
        EncodeRoutes.Map(app);
        ClassifyRoutes.Map(app);
        RerankDoor.Map(app);
        OpenAiDoor.Map(app);
        CohereDoor.Map(app);
        TeiDoor.Map(app);
        IndexRoutes.Map(app);
        WebRoutes.Map(app);
    }

    private static void AddServices(IServiceCollection services, AkinServerOptions options)
    {
        services.AddRouting();
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins([.. options.CorsOrigins]).AllowAnyHeader().AllowAnyMethod()));
        services.AddSingleton<IHostLifetime, CallerLifetime>();
        services.AddSingleton(options);
        services.AddSingleton<ServerLifecycle>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<PrometheusExporter>();
        services.AddSingleton<OtlpExport>();
        services.AddSingleton(ApiKeys.Read(options));
        services.AddSingleton<EncodeQueue>();
        services.AddSingleton<QueuedModels>();
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<IServerPart>(provider => provider.GetRequiredService<ModelCatalog>());
        services.AddSingleton<IndexModels>();
        services.AddSingleton<IndexSearch>();
        services.AddSingleton<IndexCatalog>();
        services.AddSingleton<IServerPart>(provider => provider.GetRequiredService<IndexCatalog>());
    }

    private static void Configure(KestrelServerOptions kestrel, AkinServerOptions options, IReadOnlyList<ListenAddress> addresses)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(options.MinBodyBytesPerSecond, TimeSpan.FromSeconds(Math.Max(LeastGraceSeconds, options.HeaderSeconds)));
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.HeaderSeconds);
        foreach (ListenAddress address in addresses)
        {
            address.Listen(kestrel);
        }
    }
}
