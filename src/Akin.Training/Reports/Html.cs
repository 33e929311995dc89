using System.Net;

namespace Akin.Training.Reports;

/// <summary>Text that stands in a page.</summary>
internal static class Html
{
    /// <summary>Text as it may stand between tags and inside quotes; control characters, which a page cannot hold, become the replacement character.</summary>
    public static string Escape(string text) =>
        WebUtility.HtmlEncode(string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c)));
}
