using System.Text.Json;
using Akin.Server.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Akin.Server.Tests;

public class OpenApiTests
{
    /// <summary>Routes that answer with files of the page rather than data.</summary>
    private static bool IsOfThePage(RouteEndpoint route) => route.Metadata.GetMetadata<Http.PageRoute>() is not null;

    [Fact]
    public async Task Document_DescribesEveryRouteAndNoOther()
    {
        await using WebApplication app = AkinServer.Build(new AkinServerOptions());
        string[] mapped =
        [
            .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(route => !IsOfThePage(route))
                .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {Path(route)}")).Distinct().Order(),
        ];
        using JsonDocument document = JsonDocument.Parse(OpenApiDocument.Json);
        string[] described =
        [
            .. document.RootElement.GetProperty("paths").EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}")).Order(),
        ];
        Assert.Equal(mapped, described);
    }

    [Fact]
    public void Document_RefersOnlyToSchemasThatItHas()
    {
        using JsonDocument document = JsonDocument.Parse(OpenApiDocument.Json);
        string[] schemas = [.. document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(schema => "#/components/schemas/" + schema.Name)];
        Assert.NotEmpty(References(document.RootElement));
        Assert.All(References(document.RootElement), reference => Assert.Contains(reference, schemas));
    }

    private static string Path(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{**", "{", StringComparison.Ordinal);

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property.Name == "$ref" ? [property.Value.GetString()!] : References(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
