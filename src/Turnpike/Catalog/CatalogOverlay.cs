using Turnpike.Configuration;
using Turnpike.Configuration.Documents;

namespace Turnpike.Catalog;

/// <summary>What <c>turnpike catalog refresh</c> has found since the shipped catalogue was made: a file in the data folder, in the form of
/// turnpike.json. It stands over what ships and under what the operator says.</summary>
internal static class CatalogOverlay
{
    public const string FileName = "catalog.json";

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, FileName);

    /// <summary>Reads the overlay; null where there is none. One that cannot be read is a fault.</summary>
    public static ObjectReader? Read(FileReading reading, ReadingContext context)
    {
        var path = reading.Stamp.Path;
        if (!reading.Stamp.Exists)
        {
            return null;
        }

        if (reading.Content is not { } content)
        {
            context.Faults.Add(ConfigurationFault.Of(path, "cannot be read: " + (reading.Fault?.Message ?? "it is too large.")));
            return null;
        }

        return new(DocumentParser.Parse(new(path, content), context.Faults, context.Texts), context);
    }
}
