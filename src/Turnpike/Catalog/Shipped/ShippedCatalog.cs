using System.Collections.Immutable;
using Turnpike.Catalog.Documents;
using Turnpike.Configuration;
using Turnpike.Configuration.Documents;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.Shipped;

/// <summary>The catalogue that comes with the program. Only what is asked for is read: the index, then the files of single providers and authors.</summary>
/// <remarks>For one assembly of the catalogue, not for two threads. The form of the files is in catalog/README.md.</remarks>
internal sealed class ShippedCatalog
{
    private readonly string _directory;
    private readonly ReadingContext _context;
    private readonly Dictionary<string, Dictionary<string, DocumentNode>> _authors = new(StringComparer.Ordinal);

    private ShippedCatalog(string directory, ReadingContext context)
    {
        _directory = directory;
        _context = context;
        Providers = ReadIndex();
    }

    /// <summary>Every known provider, in the order in which they are preferred when all else is equal.</summary>
    public ImmutableArray<ShippedProvider> Providers { get; }

    /// <summary>Reads the index. A folder without one is an empty catalogue.</summary>
    public static ShippedCatalog Open(string directory, ReadingContext context) => new(directory, context);

    public ShippedProvider? Find(string id) => Providers.FirstOrDefault(p => p.Id == id);

    /// <summary>Reads a provider's file: <c>providers</c> and <c>endpoints</c> in the form of turnpike.json.</summary>
    public ObjectReader ReadProvider(string id) => new(Parse(Path.Combine("providers", id + ".json")), _context);

    /// <summary>Reads a model's facts and its other names; null when nobody knows it.</summary>
    public (Model Model, ImmutableArray<string> Aliases)? FindModel(string id)
    {
        var author = Slugs.AuthorOf(id);
        if (Slugs.ModelFault(id) is not null || !FactsOf(author).TryGetValue(id, out var node))
        {
            return null;
        }

        var o = new ObjectReader(node, _context);
        o.Ignore("id");
        var aliases = o.Texts("aliases") ?? [];
        var model = ModelReader.Read(o, new() { Id = id, Name = id, Created = DateTimeOffset.UnixEpoch });
        o.Done();
        return (model, aliases);
    }

    private ImmutableArray<ShippedProvider> ReadIndex()
    {
        if (!File.Exists(Path.Combine(_directory, "index.json")))
        {
            return [];
        }

        var root = new ObjectReader(Parse("index.json"), _context);
        var providers = root.Objects("providers").Select(ReadIndexed).ToImmutableArray();
        root.Done();
        return providers;
    }

    private static ShippedProvider ReadIndexed(ObjectReader o)
    {
        var settings = o.Objects("settings").Select(static s =>
        {
            var setting = new ShippedSetting(s.Text("name") ?? "", s.Texts("variables") ?? [], s.Text("default"));
            s.Done();
            return setting;
        });
        var id = o.Text("id", Slugs.ProviderFault) ?? "";
        var provider = new ShippedProvider(id, o.Texts("variables") ?? [], [.. settings], o.Texts("enabledBy") ?? [], o.Text("modelsDev") ?? id);
        o.Done();
        return provider;
    }

    private Dictionary<string, DocumentNode> FactsOf(string author)
    {
        if (_authors.TryGetValue(author, out var facts))
        {
            return facts;
        }

        facts = new(StringComparer.Ordinal);
        _authors[author] = facts;
        var file = Path.Combine("models", author + ".json");
        if (!File.Exists(Path.Combine(_directory, file)))
        {
            return facts;
        }

        foreach (var node in Parse(file)?.Member("models")?.Children ?? [])
        {
            if (node.Member("id") is not { Kind: NodeKind.Text } id || !facts.TryAdd(id.Text, node))
            {
                _context.Faults.Add(node, "must have an id of its own");
            }
        }

        return facts;
    }

    private DocumentNode? Parse(string file)
    {
        var name = Path.Combine("catalog", file);
        try
        {
            return DocumentParser.Parse(new(name, File.ReadAllBytes(Path.Combine(_directory, file))), _context.Faults, _context.Texts);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _context.Faults.Add(ConfigurationFault.Of(name, "cannot be read"));
            return null;
        }
    }
}
