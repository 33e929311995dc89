using Akin.Server.Http;
using Akin.Server.Security;

namespace Akin.Server.Web;

/// <summary>The pages for people: one at <c>/</c>, with what it is made of under <c>/web/</c>. They need no key; what they ask the server for does.</summary>
internal static class WebRoutes
{
    // No inline script or style, nothing from elsewhere, nobody may put the page into a frame.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        AkinServerOptions options = routes.ServiceProvider.GetRequiredService<AkinServerOptions>();
        string page = options.Page switch
        {
            "search" => "index.html",
            "faq" => "faq.html",
            "qa" => "qa.html",
            string other => throw new ServerSettingException($"There is no page '{other}': there are search, faq and qa."),
        };
        Map("/", context => SendAsync(context, WebFile.Find(page)!));
        Map("/web/page.json", context => SettingsAsync(context, options));
        Map("/web/{file}", context => SendAsync(
            context, WebFile.Find((string)context.Request.RouteValues["file"]!) ?? throw new RequestException(StatusCodes.Status404NotFound, "There is no such file.")));

        void Map(string path, RequestDelegate answer) => routes.MapGet(path, answer).RequireAccess(AccessRole.Anybody).WithMetadata(new PageRoute());
    }

    private static async Task SendAsync(HttpContext context, WebFile file)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache"; // a new version of the server is seen at once; what has not changed is not sent again
        headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch.Contains(file.Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = file.Content.Length;
        await context.Response.Body.WriteAsync(file.Content, context.RequestAborted);
    }

    /// <summary>What the page of an application needs to know of its settings.</summary>
    private static Task SettingsAsync(HttpContext context, AkinServerOptions options) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("page", options.Page);
        if (options.PageTitle is { } title)
        {
            json.WriteString("title", title);
        }

        if (options.PageThreshold is { } threshold)
        {
            json.WriteNumber("threshold", threshold);
        }

        json.WriteEndObject();
    });
}
