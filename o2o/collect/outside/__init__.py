"""What else opens printed links: WeChat's rules, other web servers, a phone that checks."""
