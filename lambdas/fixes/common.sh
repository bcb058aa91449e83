# From here on it is the same in every script of its kind.

tab=$(printf '\t')
newline='
'
mode=plan
steps=0
number=0
doing=
try_only=no
# One line for each rule; what the AWS CLI prints as None has no value.
# shellcheck disable=SC2016 # backquotes are JMESPath's
query='SecurityGroupRules[].[SecurityGroupRuleId, IsEgress, IpProtocol, not_null(FromPort, `-1`),
  not_null(ToPort, `-1`), not_null(CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo.GroupId)]'
AWS_PAGER=
AWS_CLI_AUTO_PROMPT=off
export AWS_PAGER AWS_CLI_AUTO_PROMPT

say() {
  printf '%s\n' "$1"
}

stop() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit 1
}

# The list in $1 has the line $2.
has() {
  case "$newline$1$newline" in
    *"$newline$2$newline"*) return 0 ;;
  esac
  return 1
}

call_ec2() {
  if [ -n "$region" ]; then
    aws ec2 "$@" --region "$region" </dev/null
  else
    aws ec2 "$@" </dev/null
  fi
}

# The group's rules now, in the spelling of the lists above.
read_rules() {
  answer=$(call_ec2 describe-security-group-rules --filters "$filters" --query "$query" --output text) ||
    stop "the rules of $group could not be read, so nothing was changed"
  printf '%s\n' "$answer" | while IFS=$tab read -r id is_egress protocol from_port to_port peer; do
    case $protocol in
      '') continue ;;
      tcp | udp | icmp | icmpv6) ;;
      *) from_port=-1 to_port=-1 ;;
    esac
    case $is_egress in
      [Tt]rue) direction=egress ;;
      *) direction=ingress ;;
    esac
    say "$id $direction $protocol $from_port $to_port $peer"
  done
}

# Says, tries or takes one step, by the mode: $1 says what it is, the rest is the call.
step() {
  what=$1
  shift
  case $mode in
    plan)
      steps=$((steps + 1))
      say "  $what"
      ;;
    try) try_step "$@" ;;
    *) take_step "$@" ;;
  esac
}

try_step() {
  if answer=$(call_ec2 "$@" --dry-run 2>&1); then
    stop "EC2 took the dry run for the call itself, so that this may have been done: $what"
  fi
  case $answer in
    *'(DryRunOperation)'*) ;;
    *) stop "EC2 would refuse this, so nothing was changed: $what$newline$answer" ;;
  esac
}

take_step() {
  number=$((number + 1))
  doing=$what
  if ! answer=$(call_ec2 "$@" 2>&1); then
    case $answer in
      # By a run that was interrupted, moments ago.
      *'(InvalidPermission.Duplicate)'*) what="$what (was there already)" ;;
      *) stop "this failed: $what$newline$answer$newline$(say_how_far)" ;;
    esac
  fi
  doing=
  say "$number of $steps done: $what"
}

say_how_far() {
  if [ "$number" -gt 1 ]; then
    say "Done before it: the steps 1 to $((number - 1)) of $steps, as listed. Nothing after it was begun."
  else
    say "It was the first step; nothing after it was begun."
  fi
  say "$way_out"
}

interrupt() {
  [ -z "$doing" ] || stop "interrupted in this step, which may be done or not: $doing$newline$(say_how_far)"
  stop "interrupted; $number of $steps steps are done$newline$way_out"
}

# $1: what the rule permits, its direction first; $2: what is said of it; $3: the permission; $4: the tags, if any.
authorize() {
  if [ -n "$4" ]; then
    step "add     $2" "authorize-security-group-${1%% *}" --group-id "$group" --ip-permissions "$3" \
      --tag-specifications "$4"
  else
    step "add     $2" "authorize-security-group-${1%% *}" --group-id "$group" --ip-permissions "$3"
  fi
}

# $1: the rule's id; $2: what it permits, its direction first; $3: what is said of it.
revoke() {
  step "revoke  $1 $3" "revoke-security-group-${2%% *}" --group-id "$group" --security-group-rule-ids "$1"
}

take_all_steps() {
  make_rules
  revoke_rules
}

# All steps are listed, then tried, then taken.
run_steps() {
  take_all_steps
  mode=try
  take_all_steps
  say "EC2 would accept each of the $steps steps (dry run)."
  if [ "$try_only" = yes ]; then
    say 'This was the dry run: nothing was changed.'
    exit 0
  fi
  mode=take
  trap interrupt HUP INT TERM
  take_all_steps
  trap - HUP INT TERM
}

command -v aws >/dev/null 2>&1 || stop 'the AWS CLI (aws) is not installed'
