"""Study groups 志愿学习实践小组: neighbours who meet and read together, led by one of them."""
