using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>Whether the fields of a document fulfil something.</summary>
internal delegate bool Condition(JsonObject fields);
