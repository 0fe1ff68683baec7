namespace Turnpike.Configuration.Documents;

/// <summary>What a <see cref="DocumentNode"/> is.</summary>
internal enum NodeKind
{
    Object,
    Array,
    Text,
    Number,
    Boolean,
    Null,
}
