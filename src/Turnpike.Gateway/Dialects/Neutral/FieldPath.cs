namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Where in a body a reader stands, such as <c>messages[3].content[1]</c>. It becomes a text only when something is wrong there.</summary>
internal readonly struct FieldPath
{
    private const int None = -1;

    private readonly string _root;
    private readonly string? _member;
    private readonly int _rootItem;
    private readonly int _memberItem;

    public FieldPath(string root)
        : this(root, None, null, None)
    {
    }

    private FieldPath(string root, int rootItem, string? member, int memberItem) =>
        (_root, _rootItem, _member, _memberItem) = (root, rootItem, member, memberItem);

    /// <summary>One of the list that stands here.</summary>
    public FieldPath this[int item] => _member is null ? new(_root, item, null, None) : new(_root, _rootItem, _member, item);

    /// <summary>A member of the object that stands here.</summary>
    public FieldPath Member(string name) => _member is null ? new(_root, _rootItem, name, None) : new(ToString(), None, name, None);

    public override string ToString() => Text(_root, _rootItem) + (_member is null ? "" : "." + Text(_member, _memberItem));

    private static string Text(string name, int item) => item == None ? name : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}[{item}]");
}
