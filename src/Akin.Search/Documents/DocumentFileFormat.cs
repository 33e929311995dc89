namespace Akin.Search.Documents;

/// <summary>The forms in which arrays of documents are kept in files.</summary>
public enum DocumentFileFormat
{
    /// <summary>DocArray's <c>protobuf-array</c>: one message with all documents.</summary>
    ProtobufArray,

    /// <summary>DocArray's <c>protobuf</c>: documents one by one, so that they can be read without having all in memory.</summary>
    Protobuf,

    /// <summary>A JSON list in DocArray's <c>jsonschema</c> form: every field, arrays as nested lists. Kinds of arrays are lost.</summary>
    Json,

    /// <summary>A JSON list in DocArray's <c>protobuf</c> form: set fields alone, arrays as bytes in base64. Nothing is lost.</summary>
    ProtobufJson,

    /// <summary>A document a line, as <see cref="Json"/> writes it but with set fields alone.</summary>
    JsonLines,

    /// <summary>A table with a header; tags are columns <c>tag__name</c>, and are texts when they are read again. Chunks, matches and scores have no place in it.</summary>
    Csv,
}
