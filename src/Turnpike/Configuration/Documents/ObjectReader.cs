using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Turnpike.Configuration.Values;
using Turnpike.Core.Money;
using Turnpike.Core.Shared;

namespace Turnpike.Configuration.Documents;

/// <summary>Takes typed fields out of an object and reports what is wrong with each.</summary>
/// <remarks>A field that is not there, is null, or is wrong, comes back as null. After all fields were asked for, <see cref="Done"/> reports
/// those that nobody asked for. An object that is absent may be read too: everything in it is null.</remarks>
internal sealed class ObjectReader
{
    private readonly string _pattern;
    private List<string>? _asked; // null for an object that is absent, and once it is done

    /// <param name="node">Null for an object that is absent. What is not an object is reported and read as an empty one.</param>
    public ObjectReader(DocumentNode? node, ReadingContext context, string pattern = "")
    {
        Context = context;
        _pattern = pattern;
        if (node is { Kind: not (NodeKind.Object or NodeKind.Null) })
        {
            context.Faults.Add(node, $"must be an object, but is {node.Shown()}");
        }

        Node = node is { Kind: NodeKind.Object } ? node : null;
        _asked = Node is null ? null : context.TakeNames();
    }

    public ReadingContext Context { get; }

    /// <summary>The object; null when it is absent.</summary>
    public DocumentNode? Node { get; }

    public bool Has(string name) => Node?.Member(name) is { Kind: not NodeKind.Null };

    /// <summary>The same object, whose faults are reported elsewhere.</summary>
    public ObjectReader WithoutFaults() => new(Node, new() { Faults = new(), Secrets = Context.Secrets, Today = Context.Today });

    /// <summary>Reports a fault of a field, at its value, or of the object where the field is absent.</summary>
    public void Fault(string name, string message)
    {
        if (Node?.Member(name) is { } value)
        {
            Context.Faults.Add(value, message);
        }
        else if (Node is not null)
        {
            var path = Node.Path;
            Context.Faults.Add(Node.Source.FaultAt(Node.Offset, path.Length == 0 ? name : $"{path}.{name}", message));
        }
    }

    /// <summary>A text that is not empty.</summary>
    public string? Text(string name, int charsMax = 2048)
    {
        if (Take(name, NodeKind.Text, "a text") is not { } value)
        {
            return null;
        }

        var fault = value.Text.Length == 0 ? "must not be empty"
            : value.Text.Length > charsMax ? $"must have at most {charsMax} characters, but has {value.Text.Length}"
            : HasControl(value.Text) ? "must not have line breaks or control characters"
            : null;
        return Accept(value, fault) ? value.Text : null;
    }

    // Not by LINQ: a catalogue has tens of thousands of texts.
    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A text that <paramref name="fault"/> finds nothing wrong with.</summary>
    public string? Text(string name, Func<string, string?> fault)
    {
        var text = Text(name);
        if (text is not null && fault(text) is { } message)
        {
            Fault(name, $"{message}, but is {DocumentNode.ShownText(text)}");
            return null;
        }

        return text;
    }

    public bool? Flag(string name) => Take(name, NodeKind.Boolean, "true or false") is { } value ? value.Text == "true" : null;

    /// <summary>A whole number between two bounds, both allowed.</summary>
    public T? Whole<T>(string name, T min, T max) where T : struct, IBinaryInteger<T>
    {
        if (Take(name, NodeKind.Number, "a whole number") is not { } value)
        {
            return null;
        }

        var isWhole = ExactDecimal.TryParse(value.Text, out var number) && number == decimal.Truncate(number);
        var fault = !isWhole ? $"must be a whole number, but is {value.Shown()}"
            : number < decimal.CreateChecked(min) || number > decimal.CreateChecked(max) ? $"must be from {min} to {max}, but is {value.Shown()}"
            : null;
        return Accept(value, fault) ? T.CreateChecked(number) : null;
    }

    /// <summary>Dollars as a number or a text, exact to nine decimals, from zero to <paramref name="max"/>.</summary>
    public NanoUsd? Usd(string name, decimal max, string unit = "USD")
    {
        if (Take(name, [NodeKind.Number, NodeKind.Text], "a number or a decimal text") is not { } value)
        {
            return null;
        }

        NanoUsd amount = default;
        var fault = !ExactDecimal.TryParse(value.Text, out var usd) ? $"must be a decimal number, but is {value.Shown()}"
            : usd < 0 ? $"must not be negative, but is {value.Shown()}"
            : usd > max ? $"must be at most {max.ToString(CultureInfo.InvariantCulture)} {unit}, but is {value.Shown()}"
            : !ExactDecimal.TryToNanoUsd(usd, out amount) ? $"must have at most 9 decimals, but is {value.Shown()}"
            : null;
        return Accept(value, fault) ? amount : null;
    }

    /// <summary>A decimal number, exact.</summary>
    public decimal? Number(string name, decimal min, decimal max)
    {
        if (Take(name, NodeKind.Number, "a number") is not { } value)
        {
            return null;
        }

        var fault = !ExactDecimal.TryParse(value.Text, out var number) ? $"must be a decimal number, but is {value.Shown()}"
            : number < min || number > max ? string.Create(CultureInfo.InvariantCulture, $"must be from {min} to {max}, but is {value.Shown()}")
            : null;
        return Accept(value, fault) ? number : null;
    }

    /// <summary>Seconds as a number, or a text with a unit.</summary>
    public TimeSpan? Duration(string name, TimeSpan min, TimeSpan max)
    {
        const string Form = "seconds or a text like \"500ms\", \"30s\", \"2m\"";
        if (Take(name, [NodeKind.Number, NodeKind.Text], Form) is not { } value)
        {
            return null;
        }

        var fault = !DurationText.TryParse(value.Text, out var duration) ? $"must be {Form}, but is {value.Shown()}"
            : duration < min || duration > max
                ? $"must be from {DurationText.Format(min)} to {DurationText.Format(max)}, but is {value.Shown()}"
            : null;
        return Accept(value, fault) ? duration : null;
    }

    /// <summary>One of some words.</summary>
    public string? Choice(string name, IReadOnlyCollection<string> words)
    {
        var text = Text(name);
        if (text is null || words.Contains(text))
        {
            return text;
        }

        Fault(name, $"must be one of {string.Join(", ", words)}, but is {DocumentNode.ShownText(text)}");
        return null;
    }

    /// <summary>An absolute http or https address without a query, without a slash at its end.</summary>
    public Uri? HttpUrl(string name)
    {
        var text = Text(name, static t => Uri.TryCreate(t, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? uri.UserInfo.Length > 0 ? "must not hold a user or a password (give the key in \"key\")"
                : uri.Query.Length + uri.Fragment.Length > 0 ? "must not have a query or a fragment"
                : null
            : "must be an absolute http(s) URL");
        return text is null ? null : new Uri(text.TrimEnd('/'), UriKind.Absolute);
    }

    /// <summary>The address of a page for people, as it is written.</summary>
    public string? PageUrl(string name) => Text(name, static t => Uri.TryCreate(t, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? null
        : "must be an absolute http(s) URL");

    /// <summary>A secret: itself, <c>env:NAME</c> or <c>file:PATH</c>. Never shown.</summary>
    public Secret? Secret(string name)
    {
        if (Take(name, NodeKind.Text, "a text", hidden: true) is not { } value)
        {
            return null;
        }

        var (secret, fault) = Context.Secrets.Read(value.Text);
        return Accept(value, fault) ? secret : null;
    }

    /// <summary>A list of texts, none twice.</summary>
    public ImmutableArray<string>? Texts(string name, Func<string, string?>? fault = null, int countMax = 256)
    {
        if (Take(name, NodeKind.Array, "a list of texts") is not { } list)
        {
            return null;
        }

        var texts = ImmutableArray.CreateBuilder<string>(list.Children.Length);
        foreach (var item in list.Children)
        {
            var message = item.Kind is not NodeKind.Text || item.Text.Length == 0 ? $"must be a text, but is {item.Shown()}"
                : texts.Contains(item.Text) ? $"is given twice: {item.Shown()}"
                : fault?.Invoke(item.Text) is { } wrong ? $"{wrong}, but is {item.Shown()}"
                : null;
            if (Accept(item, message))
            {
                texts.Add(item.Text);
            }
        }

        return Accept(list, list.Children.Length > countMax ? $"must have at most {countMax} items" : null) ? texts.DrainToImmutable() : null;
    }

    /// <summary>A text or a list of texts.</summary>
    public ImmutableArray<string>? TextOrTexts(string name, Func<string, string?> fault)
    {
        if (Node?.Member(name) is not { Kind: NodeKind.Text })
        {
            return Texts(name, fault);
        }

        return Text(name, fault) is { } one ? [one] : null;
    }

    /// <summary>The members of an object whose names are free, in the order of the file.</summary>
    public ImmutableArray<DocumentNode> Members(string name) => Take(name, NodeKind.Object, "an object")?.Children ?? [];

    public ObjectReader Object(string name)
    {
        Note(name);
        return new(Node?.Member(name), Context, Pattern(name));
    }

    /// <summary>The objects of a list; items that are none are reported and left out.</summary>
    public IReadOnlyList<ObjectReader> Objects(string name)
    {
        if (Take(name, NodeKind.Array, "a list") is not { Children: { IsEmpty: false } items })
        {
            return [];
        }

        var pattern = Pattern(name) + "[]";
        var readers = new List<ObjectReader>(items.Length);
        foreach (var item in items)
        {
            var reader = item.Kind is NodeKind.Null ? NullItem(item, pattern) : new ObjectReader(item, Context, pattern);
            if (reader.Node is not null)
            {
                readers.Add(reader);
            }
        }

        return readers;
    }

    /// <summary>Notes a field that is allowed and has no meaning for us.</summary>
    public void Ignore(string name) => Note(name);

    /// <summary>Reports every field that nobody asked for.</summary>
    public void Done()
    {
        if (_asked is not { } asked || Node is not { } node)
        {
            return;
        }

        foreach (var member in node.Children)
        {
            if (!asked.Contains(member.Name!)) // A member of an object has a name.
            {
                Context.Faults.AddAtName(member, "is not a known field" + Suggestion.For(member.Name!, asked));
            }
        }

        _asked = null;
        Context.GiveBack(asked);
    }

    private ObjectReader NullItem(DocumentNode item, string pattern)
    {
        Context.Faults.Add(item, "must be an object, but is null");
        return new(null, Context, pattern);
    }

    private DocumentNode? Take(string name, NodeKind kind, string what, bool hidden = false) => Take(name, [kind], what, hidden);

    private DocumentNode? Take(string name, ReadOnlySpan<NodeKind> kinds, string what, bool hidden = false)
    {
        Note(name);
        if (Node?.Member(name) is not { Kind: not NodeKind.Null } value)
        {
            return null;
        }

        var fits = kinds.Contains(value.Kind);
        return Accept(value, fits ? null : hidden ? $"must be {what}" : $"must be {what}, but is {value.Shown()}") ? value : null;
    }

    private bool Accept(DocumentNode value, string? fault)
    {
        if (fault is not null)
        {
            Context.Faults.Add(value, fault);
        }

        return fault is null;
    }

    private void Note(string name)
    {
        _asked?.Add(name); // An object that is absent has no field that could be unknown.
        Context.FieldsAsked?.Add(Pattern(name));
    }

    private string Pattern(string name) => Context.FieldsAsked is null ? "" : _pattern.Length == 0 ? name : $"{_pattern}.{name}";
}
